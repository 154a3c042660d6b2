import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { countLedger, listLedger } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive } from '#lib/store/redrives.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { letRun, makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { startFifoQueues, type FifoQueues } from './fixtures/start-fifo-queues.ts'
import { useQueues } from './fixtures/use-queues.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'

describeStores('a message of a FIFO queue that is not met again', ({ db }) => {
  let server: SqsServer
  let queues: FifoQueues

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startFifoQueues(server, db())
  })
  afterEach(() => queues.stop())

  const start = (mode: Redrive['mode']): Promise<Redrive> =>
    startRun(db(), queues, { mode, acceptsInterleaving: true, canaryMessages: mode === 'in-place' ? 2 : 1 })

  const bodiesOf = (group: string): string[] =>
    server.store.peekAll(queues.source.name).flatMap(({ groupId, body }) => (groupId === group ? [body] : []))

  test('a first message that a consumer had for long is not gone: its group goes whole when it is met', async () => {
    await queues.fill(queues.source, ['a'], 4)
    const { id } = await start('in-place')
    const remove = server.faults.add({ operation: 'SendMessageBatch', action: { kind: 'throttle' } })
    await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    remove()
    await queues.client.send(new ReceiveMessageCommand({ QueueUrl: queues.source.url, MaxNumberOfMessages: 10 }))
    const later = { ...makeRedriveContext(db()), nowMs: () => Date.now() + 600_000 }
    const memory = { ...newStepMemory(), since: performance.now() - 600_000 }
    await stepRedrive(id, later, memory)
    expect(await listLedger(db().orm, id, { states: ['refused'] })).toEqual([])
    await stepUntil(db(), id, ['waiting'])
    await letRun(db(), id)
    expect(bodiesOf('a')).toEqual(['a1', 'a2', 'a3', 'a4'])
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 4, refused: 0 })
  })

  test('what others took out before it could be sent is named at the end, and holds nobody of its group back', async () => {
    await queues.fill(queues.dlq, ['a'], 4)
    const { id } = await start('dlq-to-source')
    await stepUntil(db(), id, ['waiting'])
    await db().transaction((tx) => moveRedrive(tx, id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
    const remove = server.faults.add({ operation: 'SendMessageBatch', action: { kind: 'throttle' } })
    await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    remove()
    await queues.take(queues.dlq)
    await stepUntil(db(), id, ['verifying'])
    expect(bodiesOf('a')).toEqual(['a1', 'a3', 'a4'])
    const [refused] = await listLedger(db().orm, id, { states: ['refused'] })
    expect(refused?.problem).toContain('not met again')
    expect(await countLedger(db().orm, id)).toMatchObject({ read: 0, refused: 1 })
  })
})

describeStores('a first message that is not met again', ({ db }) => {
  const { queues, server, bodies, deadLetters } = useQueues(db)

  test('holds no redrive of a number up once others went in its place, and is named', async () => {
    await deadLetters(3)
    const { id } = await startRun(db(), queues(), { mostMessages: 1 })
    const heal = server().faults.add({ operation: 'SendMessageBatch', action: { kind: 'throttle' } })
    await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    heal()
    const [read] = await listLedger(db().orm, id)
    await queues().remove(queues().dlq, read?.messageId ?? '')
    const later = { ...makeRedriveContext(db()), nowMs: () => Date.now() + 600_000 }
    const memory = { ...newStepMemory(), since: performance.now() - 600_000 }
    await stepUntil(db(), id, ['waiting'], { context: later, memory })
    expect(await countLedger(db().orm, id)).toMatchObject({ read: 1, deleted: 1 })
    await letRun(db(), id)
    expect([bodies(queues().source.name).length, bodies(queues().dlq.name).length]).toEqual([1, 1])
    expect(await countLedger(db().orm, id)).toMatchObject({ read: 0, refused: 1, deleted: 1 })
    expect(await listLedger(db().orm, id, { states: ['refused'] })).toMatchObject([
      {
        messageId: read?.messageId,
        problem: expect.stringContaining('others went instead, as many as were asked for'),
      },
    ])
  })
})
