import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepRetention } from '#lib/collect/retention.ts'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { Person } from '#lib/domain/viewer.ts'
import {
  insertArchiveRead,
  markArchived,
  markArchiveDeleted,
  markRestored,
  markUnrestorable,
} from '#lib/store/archived-messages.ts'
import { getArchive, moveArchive } from '#lib/store/archives.ts'
import { applyFinding, listOpenFindings } from '#lib/store/findings.ts'
import { listEntries } from '#lib/store/incident-entries.ts'
import { joinFinding } from '#lib/store/incident-findings.ts'
import { insertIncident } from '#lib/store/incidents.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { asProcessEnv, asProcessSettings, asProcessStore } from '#lib/testing/as-process-store.ts'
import { aFinding, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { archiveMessages } from './archive-messages.ts'
import { eraseArchive } from './erase-archive.ts'
import { restoreArchive } from './restore-archive.ts'
import { runAction } from './run-action.ts'
import { stopArchive } from './stop-archive.ts'

const DLQ = aQueue({ name: 'orders-dlq' })
const settings = settingsSchema.parse({})
const olga: Person = { kind: 'person', sessionId: 'o', sub: 'o', name: 'Olga', role: 'operator' }
const ada: Person = { ...olga, sub: 'a', name: 'Ada', role: 'admin' }

const archive = () => runAction(archiveMessages.definition, olga, { queue: DLQ.name, purpose: 'they expire on Friday' })
const stop = () => runAction(stopArchive.definition, olga, { id: 1 })
const restore = () => runAction(restoreArchive.definition, olga, { id: 1, destination: 'orders' })

describeStores('archives in the story of an incident', ({ db }) => {
  beforeEach(async () => {
    asProcessEnv({ AWS_REGION: 'eu-west-2', SPILLWAY_SECRET: 'a secret of at least thirty-two characters' })
    asProcessStore(db())
    asProcessSettings(settings)
    await upsertQueues(db().orm, [aQueue({ name: 'orders', dlqArn: DLQ.arn }), DLQ], Date.now(), true)
  })
  afterEach(() => dropSingleton('settings'))

  /** An incident that a finding about this queue belongs to. */
  async function openIncident(queue: string): Promise<number> {
    return db().transaction(async (tx) => {
      const found = aFinding({ subject: { kind: 'queue', id: queue } })
      await applyFinding(tx, found, found.detector, found.subject, Date.now())
      const incident = await insertIncident(tx, {
        causeKey: 'flow',
        service: null,
        title: found.title,
        severity: 'low',
        isBlind: false,
        sinceMs: found.sinceMs,
        openedMs: Date.now(),
        peopleAffected: 0,
      })
      const [finding] = await listOpenFindings(tx)
      await joinFinding(tx, { incident: incident?.number ?? 0, finding: finding?.id ?? 0, atMs: Date.now() })
      return incident?.number ?? 0
    })
  }
  const story = async (incident: number) =>
    (await listEntries(db().orm, incident)).map(({ kind, actor, text }) => `${kind} ${actor} ${text}`)

  it('says who began, stopped, restored and began to erase one of a queue of the incident, and never why', async () => {
    const incident = await openIncident('orders')
    await archive()
    await stop()
    await restore()
    await stop()
    await runAction(eraseArchive.definition, ada, { id: 1, confirm: 'A-1' })
    expect(await story(incident)).toEqual([
      'archive Olga A-1: began to move what nobody holds in orders-dlq into an encrypted file.',
      'archive Olga A-1: stopped: 0 messages kept.',
      'archive Olga A-1: began to restore 0 messages to orders.',
      'archive Olga A-1: stopped: 0 messages kept.',
      'archive Ada A-1: began to erase it.',
    ])
  })

  it('tells the restore of one that is older than the incident, and that its erasing began by itself', async () => {
    await archive()
    expect(await getArchive(db().orm, 1)).toMatchObject({ incident: null })
    await stop()
    const incident = await openIncident(DLQ.name)
    await restore()
    await moveArchive(db().orm, 1, 'all-restored', {}, Date.now())
    await keepRetention(db(), settings, Date.now() + (settings.retention.archiveDays + 1) * 86_400_000)
    expect(await story(incident)).toEqual([
      'archive Olga A-1: began to restore 0 messages to orders.',
      'archive spillway A-1: began to erase it.',
    ])
  })

  it('counts all that may be lost when it is erased, whatever became of it', async () => {
    const incident = await openIncident(DLQ.name)
    await archive()
    const run = { id: 1, queue: DLQ.name }
    const ids = ['archived', 'gone', 'refused', 'restored', 'only read']
    const read = ids.map((messageId) => ({ messageId, bodyMd5: 'x', attributesMd5: null, sentToQueueMs: null }))
    await insertArchiveRead(db().orm, run, read, Date.now())
    const records = ids.slice(0, 4).map((messageId, position) => ({ messageId, segment: 's', position, bytes: 1 }))
    await markArchived(db().orm, 1, records, Date.now())
    await markArchiveDeleted(db().orm, [{ archive: 1, messageId: 'gone' }], Date.now())
    await markUnrestorable(db().orm, 1, [{ messageId: 'refused', problem: 'too large' }])
    await markRestored(db().orm, 1, [{ messageId: 'restored', newMessageId: 'new' }], Date.now())
    await stop()
    await runAction(eraseArchive.definition, ada, { id: 1, confirm: 'A-1' })
    expect((await story(incident)).at(-1)).toBe(
      'archive Ada A-1: began to erase it, with 3 messages not known to be restored.',
    )
  })

  it('stays out of incidents that its queue has nothing to do with', async () => {
    const incident = await openIncident('elsewhere')
    await archive()
    expect(await story(incident)).toEqual([])
  })
})
