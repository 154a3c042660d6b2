import { describe, expect, it } from 'vitest'
import { listAudit } from '#lib/store/audit.ts'
import { openDb, type Db } from '#lib/store/db.ts'
import { listFindingsOf } from '#lib/store/incident-findings.ts'
import { findSnapshot } from '#lib/store/incident-snapshots.ts'
import { getIncident, insertIncident, listIncidents, listOpenIncidents } from '#lib/store/incidents.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { aFinding, aMark } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { openIncidents } from './open-incidents.ts'
import {
  at,
  contextAt,
  deadLetters,
  email,
  failures,
  find,
  leak,
  settings,
  silence,
  useIncidents,
} from './fixtures/incident-events.ts'

describeStores('an incident opened', ({ db, kind }) => {
  const { happen, tick, inventory, only, story, messages } = useIncidents(db)

  it('makes one incident of a leak, dead letters and failed e-mails of one flow, whatever comes first', async () => {
    await inventory()
    await happen(3, find(failures, 3))
    await happen(4, find(deadLetters, 4))
    await happen(5, find(leak(), 5), email('a', 2, 'failed'), email('b', 3, 'failed'))
    const incident = await only()
    expect(incident).toMatchObject({
      number: 1,
      causeKey: 'flow',
      title: 'profile-created: 6 sent, 0 processed',
      state: 'open',
      severity: 'high',
      peopleAffected: 2,
      isBlind: false,
      sinceMs: at(0),
      openedMs: at(3),
    })
    expect(await listFindingsOf(db().orm, 1)).toHaveLength(3)
    expect(await story()).toEqual([
      `detected: ${failures.title}`,
      `joined: Also found: ${deadLetters.title}`,
      'joined: Also found: profile-created: 6 sent, 0 processed',
      'people: 2 people without their onboarding e-mail',
    ])
  })

  it('keeps a queue outside of the flow and a silent source apart, each with its own incident', async () => {
    await inventory()
    const other = aFinding({ subject: { kind: 'queue', id: 'other-dlq' } })
    await happen(3, find(leak(), 3), find(other, 3), find(silence, 3))
    const open = await listOpenIncidents(db().orm)
    expect(open.map(({ causeKey, isBlind, service }) => ({ causeKey, isBlind, service }))).toEqual(
      expect.arrayContaining([
        { causeKey: 'flow', isBlind: false, service: 'sync' },
        { causeKey: 'queue:other', isBlind: false, service: null },
        { causeKey: 'source:sqs', isBlind: true, service: null },
      ]),
    )
    expect(open).toHaveLength(3)
  })

  it('tells it once, with the very figures that its link will show, and writes who did it', async () => {
    await happen(3, find(leak(), 3), email('a', 2, 'failed'))
    const [root, ...others] = await messages()
    expect(others).toEqual([])
    expect(root).toMatchObject({ kind: 'root', dedupeKey: 'INC-1:root', state: 'pending' })
    const headline =
      'INC-1 · profile-created: 6 sent, 0 processed since 10:30 · 1 person without their onboarding e-mail'
    expect(root?.payload).toMatchObject({ kind: 'card', incident: 1, figures: { headline, atMs: at(3) } })
    const snapshot = await findSnapshot(db().orm, 1, at(3))
    expect(root?.payload).toMatchObject({ figures: snapshot?.figures })
    expect(await listAudit(db().orm)).toMatchObject([
      { actor: 'spillway', action: 'open-incident', result: 'done', detail: { incident: 'INC-1' } },
    ])
  })

  it('changes nothing when nothing is new', async () => {
    await happen(3, find(leak(), 3))
    const before = await only()
    expect(await happen(4)).toBe(false)
    expect(await getIncident(db().orm, 1)).toEqual(before)
    expect(await messages()).toHaveLength(1)
  })

  it('keeps figures up to date by one change of the message that is not sent yet', async () => {
    await happen(3, find(leak(), 3))
    await happen(4, find(leak(12), 4))
    await happen(5, find(leak(18), 5))
    const updates = (await messages()).filter((row) => row.kind === 'update')
    expect(updates).toHaveLength(1)
    expect(updates[0]?.payload).toMatchObject({ title: 'profile-created: 18 sent, 0 processed' })
  })

  it('writes nothing to an outbox that no channel empties', async () => {
    const quiet = { settings: { ...settings, slack: undefined }, nowMs: at(3) }
    await db().transaction(async (tx) => {
      await find(leak(), 3)(tx)
      await openIncidents(tx, quiet)
    })
    expect(await messages()).toEqual([])
    expect((await only()).number).toBe(1)
  })

  it('is undone with what was found when the transaction fails', async () => {
    const failing = db().transaction(async (tx) => {
      await find(leak(), 3)(tx)
      await openIncidents(tx, contextAt(3))
      throw new Error('killed')
    })
    await expect(failing).rejects.toThrow('killed')
    expect(await listIncidents(db().orm, { limit: 1 })).toEqual([])
    expect(await messages()).toEqual([])
  })

  it('puts deploys around its beginning into the story, each once, also those told late', async () => {
    await happen(
      3,
      (tx) => insertMarks(tx, [aMark({ atMs: at(-11) }), aMark({ atMs: at(-40), title: 'too early' })]),
      find(leak(), 3),
    )
    await happen(4, (tx) => insertMarks(tx, [aMark({ atMs: at(20), title: 'notifications 3 deployed' })]))
    await tick(5)
    expect(await story()).toEqual([
      'mark: sync 1.18.2 deployed',
      'detected: profile-created: 6 sent, 0 processed',
      'mark: notifications 3 deployed',
    ])
    expect((await messages()).filter((row) => row.kind === 'thread')).toHaveLength(2)
  })

  it('tells a deploy and its release in Sentry as one change, whichever is told first', async () => {
    const deploy = aMark({ atMs: at(-2) })
    const release = aMark({ atMs: at(-1), kind: 'release' })
    await happen(3, (tx) => insertMarks(tx, [release]), find(leak(), 3))
    await happen(4, (tx) => insertMarks(tx, [deploy, aMark({ atMs: at(9), kind: 'release' })]))
    await tick(5)
    expect((await story()).filter((line) => line.startsWith('mark'))).toEqual([
      'mark: sync 1.18.2 deployed',
      'mark: sync 1.18.2 deployed',
    ])
  })

  it('is critical from 25 people on, and says so', async () => {
    await happen(3, find(leak(), 3), email('p0', 2, 'failed'))
    const more = Array.from({ length: 24 }, (_, index) => email(`p${index + 1}`, 4, 'failed'))
    await happen(5, ...more)
    expect(await only()).toMatchObject({ severity: 'critical', peopleAffected: 25 })
    expect(await story()).toContain('people: 25 people without their onboarding e-mail')
  })

  it('does not count a bounce to lost messages', async () => {
    await happen(3, find(leak(), 3), email('a', 2, 'failed', 'bounce_permanent'), email('b', -5, 'failed'))
    expect(await only()).toMatchObject({ severity: 'low', peopleAffected: 0 })
  })

  describe('two processes', () => {
    it('that find signs of one cause at once open one incident between them', async () => {
      await inventory()
      await Promise.all([happen(3, find(leak(), 3)), happen(3, find(failures, 3)), happen(3, find(deadLetters, 3))])
      await tick(4)
      expect((await only()).number).toBe(1)
      expect(await listFindingsOf(db().orm, 1)).toHaveLength(3)
      expect((await messages()).filter((row) => row.kind === 'root')).toHaveLength(1)
    })

    it('cannot open two of one cause even without waiting for one another', async () => {
      const opened = {
        causeKey: 'flow',
        service: null,
        title: 'x',
        severity: 'low',
        isBlind: false,
        sinceMs: at(0),
        openedMs: at(1),
        peopleAffected: 0,
      } as const
      const both = await Promise.all([1, 2].map(() => db().transaction((tx) => insertIncident(tx, opened))))
      expect(both.filter((each) => each !== null)).toHaveLength(1)
    })

    it('of their own on one PostgreSQL agree on one incident', async ({ skip }) => {
      if (kind === 'embedded') return skip('one process only')
      const { rows } = await db().orm.execute<{ name: string }>('select current_database() as name')
      const url = await urlOf(db(), rows[0]?.name ?? '')
      const other = await openDb({ databaseUrl: url })
      try {
        const inOther = other.transaction(async (tx) => {
          await find(failures, 3)(tx)
          return openIncidents(tx, contextAt(3))
        })
        await Promise.all([inOther, happen(3, find(leak(), 3))])
      } finally {
        await other.close()
      }
      await tick(4)
      expect((await only()).number).toBe(1)
      expect(await listFindingsOf(db().orm, 1)).toHaveLength(2)
    })
  })
})

/** Address of the database that a PostgreSQL store is connected to. */
async function urlOf(db: Db, name: string): Promise<string> {
  const { inject } = await import('vitest')
  const { url } = inject('postgresTemplate')
  if (url === null || db.kind !== 'postgresql') throw new Error('no PostgreSQL')
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}
