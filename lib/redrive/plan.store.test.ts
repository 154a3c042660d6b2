import { afterEach, beforeEach, expect, test } from 'vitest'
import { settingsSchema } from '#lib/config/settings.ts'
import { EVERYTHING, type RedriveSelection } from '#lib/domain/redrive-selection.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { startFifoQueues, type FifoQueues } from './fixtures/start-fifo-queues.ts'
import { makeRedriveContext } from './fixtures/redrive-runs.ts'
import { planRedrive } from './plan.ts'
import { scanQueue } from './scan-queue.ts'

describeStores('a plan for a FIFO queue in place', ({ db }) => {
  let server: SqsServer
  let queues: FifoQueues

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startFifoQueues(server, db())
    await queues.fill(queues.source, ['a', 'b'], 4)
  })
  afterEach(() => queues.stop())

  async function plan(selection: Partial<RedriveSelection>, most = 100): Promise<Redrive> {
    const { source } = queues
    const scan = await scanQueue(makeRedriveContext(db()), source.url, { most, holdSeconds: 3 })
    const wanted = { selection: { ...EVERYTHING, ...selection }, transform: [], canaryMessages: 1, mostMessages: null }
    const rest = { queue: source.name, destination: null, perSecond: null, purpose: null, incident: null }
    const stored = { ...source, firstSeenMs: 0, lastSeenMs: 0, expiredBeforeMs: null }
    return db().transaction((tx) =>
      planRedrive(
        tx,
        { ...wanted, ...rest, way: 'ledger', acceptsInterleaving: true },
        {
          road: { mode: 'in-place', source: stored, destination: stored, destinationKind: 'source', sources: [] },
          scan,
          queues: { maximumBytes: null, hasMoveTask: false, problem: null },
          by: 'Olga',
          actor: 'person:olga',
          nowMs: Date.now(),
          settings: settingsSchema.parse({}),
        },
      ),
    )
  }

  const idOf = (body: string): string =>
    server.store.peekAll(queues.source.name).find((message) => message.body === body)?.messageId ?? ''

  test('counts the whole of each group of which a message is on the list', async () => {
    expect(await plan({ messageIds: [idOf('a1')], listedBy: 'person' })).toMatchObject({
      aboutMessages: 4,
      matchedMessages: 1,
    })
  })

  test('does not know how many these are where the queue was not read to its end, and counts all where nothing is chosen', async () => {
    expect(await plan({ messageIds: [idOf('a1')], listedBy: 'person' }, 3)).toMatchObject({ aboutMessages: null })
    expect(await plan({}, 3)).toMatchObject({ aboutMessages: 8 })
  })
})
