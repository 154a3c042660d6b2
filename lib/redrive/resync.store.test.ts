import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { sql } from 'drizzle-orm'
import { settingsSchema, type Settings } from '#lib/config/settings.ts'
import { resyncWords } from '#lib/domain/resync.ts'
import { listKnownWithoutAddress, proveResync } from '#lib/store/read-resync.ts'
import { getResync } from '#lib/store/resyncs.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { anOutcomeEvent } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { makeRedriveContext } from './fixtures/redrive-runs.ts'
import { startResync } from './resync-start.ts'
import { stepResync } from './resync-step.ts'
import { newStepMemory } from './step-memory.ts'

vi.setConfig({ testTimeout: 60_000 })

describeStores('a re-sync', ({ db }) => {
  let server: SqsServer
  let queues: Queues
  let settings: Settings
  const nowMs = Date.now()

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startQueues(server)
    const client = new SQSClient({
      endpoint: server.endpoint,
      region: 'eu-west-2',
      credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    })
    const { QueueUrl: queueUrl = '' } = await client.send(
      new CreateQueueCommand({ QueueName: 'request.fifo', Attributes: { FifoQueue: 'true' } }),
    )
    client.destroy()
    settings = settingsSchema.parse({ resync: { queueUrl, perSecond: 500 } })
    for (const ref of ['900101', '900102', '900103'])
      await db().orm.execute(sql`insert into incident_person (incident, ref, since_at) values (1, ${ref}, now())`)
  })
  afterEach(() => queues.stop())

  const start = () => db().transaction((tx) => startResync(tx, { incident: 1, by: 'Olga', nowMs }, settings))

  async function finish(id: number): Promise<void> {
    const memory = newStepMemory()
    const context = makeRedriveContext(db())
    while ((await getResync(db().orm, id)).state === 'running') await stepResync(id, context, memory)
  }
  const asked = () => server.store.peekAll('request.fifo')

  test('asks once for everybody who is without, in their own group', async () => {
    const { id, people } = await start()
    expect(people).toBe(3)
    await finish(id)
    expect(asked().map(({ body, groupId }) => [body, groupId])).toEqual([
      ['{"table":"Person","id":"900101"}', 'tcs_Person_900101'],
      ['{"table":"Person","id":"900102"}', 'tcs_Person_900102'],
      ['{"table":"Person","id":"900103"}', 'tcs_Person_900103'],
    ])
    expect(await proveResync(db().orm, id)).toMatchObject({ people: 3, asked: 3, withEmail: 0, possibleDuplicates: 0 })
  })

  test('repeats what has an unknown end under the same deduplication id, so that SQS takes it once', async () => {
    const { id } = await start()
    server.faults.add({ operation: 'SendMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
    await finish(id)
    expect(asked()).toHaveLength(3)
    expect(await proveResync(db().orm, id)).toMatchObject({ asked: 3, possibleDuplicates: 0 })
  })

  test('one runs at a time, and the second person sees who has started it', async () => {
    await start()
    await expect(start()).rejects.toThrow('A re-sync of this incident runs already. RS-1 was started by Olga.')
  })

  test('proves itself by e-mails: who has theirs, and of whom the source has no address', async () => {
    const { id } = await start()
    await finish(id)
    const atMs = Date.now() + 1_000
    const failed = { status: 'failed', reason: 'no_email_address' } as const
    await db().transaction((tx) =>
      applyOutcomeEvents(
        tx,
        [
          anOutcomeEvent({ notificationId: 'a', atMs, facts: { personRef: '900101' } }),
          anOutcomeEvent({ notificationId: 'b', atMs, ...failed, facts: { personRef: '900102' } }),
        ],
        { isBackfill: false },
      ),
    )
    const proof = await proveResync(db().orm, id)
    expect(resyncWords(proof)).toBe(
      '3 people asked for again: 1 have their e-mail, 1 have no address in the source, 1 are still open',
    )
    const query = { incident: 1, refs: ['900101', '900102', '900103'], fixedMs: nowMs - 1_000 }
    expect(await listKnownWithoutAddress(db().orm, query)).toEqual(['900102'])
  })
})
