import { afterEach, beforeEach, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { settingsSchema } from '#lib/config/settings.ts'
import { dropSingleton } from '#lib/config/singleton.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Person } from '#lib/domain/viewer.ts'
import { keepRetention } from '#lib/collect/retention.ts'
import { getArchive } from '#lib/store/archives.ts'
import { listAudit } from '#lib/store/audit.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { asProcessEnv, asProcessSettings, asProcessStore } from '#lib/testing/as-process-store.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { archiveMessages } from './archive-messages.ts'
import { eraseArchive } from './erase-archive.ts'
import { lookIntoQueue } from './look-into-queue.ts'
import { restoreArchive } from './restore-archive.ts'
import { runAction } from './run-action.ts'
import { stopArchive } from './stop-archive.ts'

const DLQ = aQueue({ name: 'orders-dlq' })
const FIFO = aQueue({ name: 'pay-dlq.fifo' })
const DAY_MS = 86_400_000
const settings = settingsSchema.parse({})
const person = (name: string, role: Role): Person => ({ kind: 'person', sessionId: name, sub: name, name, role })
const olga = person('Olga', 'operator')
const ada = person('Ada', 'admin')
const rita = person('Rita', 'responder')

const archive = (given: Record<string, unknown> = {}, who = olga) =>
  runAction(archiveMessages.definition, who, { queue: DLQ.name, purpose: 'they expire on Friday', ...given })
const stop = (id = 1) => runAction(stopArchive.definition, olga, { id })
const erase = (confirm: string, who = ada) => runAction(eraseArchive.definition, who, { id: 1, confirm })
const restore = (destination: string, who = olga) => runAction(restoreArchive.definition, who, { id: 1, destination })

describeStores('archiving from the page', ({ db }) => {
  beforeEach(async () => {
    asProcessEnv({ AWS_REGION: 'eu-west-2', SPILLWAY_SECRET: 'a secret of at least thirty-two characters' })
    asProcessStore(db())
    asProcessSettings(settings)
    const sources = [aQueue({ name: 'orders', dlqArn: DLQ.arn }), aQueue({ name: 'pay.fifo', dlqArn: FIFO.arn })]
    await upsertQueues(db().orm, [...sources, DLQ, FIFO, aQueue({ name: 'alone' })], Date.now(), true)
  })
  afterEach(() => dropSingleton('settings'))

  it('begins one at a time, keeps it for the days of the settings, and has the queue to itself', async () => {
    expect(await archive()).toEqual({ ok: true, data: { id: 1, name: 'A-1' } })
    const { startedMs, expiresMs, state } = await getArchive(db().orm, 1)
    expect([state, expiresMs - startedMs]).toEqual(['archiving', settings.retention.archiveDays * DAY_MS])
    const taken = 'A-1 takes messages out of orders-dlq; wait for its end, or stop it.'
    expect(await archive()).toMatchObject({ error: { code: 'conflict', message: taken } })
    expect(await runAction(lookIntoQueue.definition, olga, { queue: DLQ.name })).toMatchObject({
      error: { code: 'conflict', message: taken },
    })
    expect(await stop()).toMatchObject({ ok: true })
    expect(await archive()).toMatchObject({ data: { name: 'A-2' } })
    expect(JSON.stringify(await listAudit(db().orm)), 'why stands with the archive').not.toContain('Friday')
  })

  it.each([
    [{ queue: 'nowhere' }, 'queue: SQS has told Spillway of no queue named nowhere.'],
    [{ queue: FIFO.name }, /^queue: pay-dlq\.fifo is a FIFO queue\./],
    [{ queue: 'alone' }, /^queue: alone is not known to be stuck/],
    [{ queue: 'orders' }, /^queue: orders has a dead-letter queue; look into orders-dlq instead/],
    [{ purpose: '  ' }, 'purpose: is empty; say why they are archived'],
    [{ fingerprint: '0'.repeat(32) }, 'fingerprint: no look into orders-dlq saw the group G-00000000.'],
  ])('refuses %o and names the field', async (given, message) => {
    const wanted = typeof message === 'string' ? message : expect.stringMatching(message)
    expect(await archive(given)).toMatchObject({ ok: false, error: { message: wanted } })
  })

  it('keeps with each archive where it lies: the folder, or a part of its own of the bucket in the settings', async () => {
    await archive()
    await stop()
    asProcessSettings(settingsSchema.parse({ archive: { s3: { bucket: 'dead-letters' } } }))
    await archive()
    expect((await getArchive(db().orm, 1)).target).toBe('folder')
    expect((await getArchive(db().orm, 2)).target).toMatch(/^s3:\/\/dead-letters\/spillway\/[0-9a-f-]{36}\/$/)
  })

  it('needs an operator, and a secret to encrypt with', async () => {
    expect(await archive({}, rita)).toMatchObject({ error: { code: 'forbidden' } })
    asProcessEnv({ AWS_REGION: 'eu-west-2' })
    expect(await archive()).toMatchObject({ error: { code: 'not_configured' } })
  })

  it('restores to a queue that is known and no FIFO queue, once it takes no messages any more', async () => {
    await archive()
    expect(await restore('orders')).toMatchObject({ error: { code: 'conflict' } })
    await stop()
    expect(await restore('nowhere')).toMatchObject({
      error: { message: 'destination: SQS has told Spillway of no queue named nowhere.' },
    })
    expect(await restore('pay.fifo')).toMatchObject({ error: { code: 'invalid_input' } })
    expect(await restore('orders', rita)).toMatchObject({ error: { code: 'forbidden' } })
    expect(await restore('orders')).toMatchObject({ ok: true })
    expect(await getArchive(db().orm, 1)).toMatchObject({
      state: 'restoring',
      restoreQueue: 'orders',
      restoredBy: 'Olga',
    })
  })

  it('is erased by an admin who types its name, and not while another relies on it', async () => {
    await archive()
    await stop()
    await archive()
    expect(await erase('A-1')).toMatchObject({ error: { code: 'conflict' } })
    await stop(2)
    expect(await erase('yes')).toMatchObject({
      error: { message: 'confirm: type A-1 to erase it; what was not restored is lost then.' },
    })
    expect(await erase('A-1', olga)).toMatchObject({ error: { code: 'forbidden' } })
    expect(await erase('a-1')).toMatchObject({ ok: true })
    expect(await getArchive(db().orm, 1)).toMatchObject({ state: 'erasing', erasedBy: 'Ada' })
  })

  it('is erased by itself when it was kept long enough, and not before', async () => {
    await archive()
    await stop()
    await archive()
    const laterMs = Date.now() + (settings.retention.archiveDays + 1) * DAY_MS
    await keepRetention(db(), settings, laterMs)
    expect((await getArchive(db().orm, 1)).state, 'another takes messages').toBe('stopped')
    await stop(2)
    await db().orm.execute(sql`update archive set expires_at = expires_at + interval '30 days' where id = 2`)
    await keepRetention(db(), settings, laterMs)
    expect([(await getArchive(db().orm, 1)).state, (await getArchive(db().orm, 2)).state]).toEqual([
      'erasing',
      'stopped',
    ])
  })
})
