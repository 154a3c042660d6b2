import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Queue } from '#lib/domain/queue.ts'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import { countLedger, listLedger } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { getRedrive, moveRedrive, type NewRedrive } from '#lib/store/redrives.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { letRun, makeDyingContext, makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { startFifoQueues, type FifoQueues } from './fixtures/start-fifo-queues.ts'
import { CallSlots } from './call-slots.ts'
import { LedgerPen } from './ledger-pen.ts'
import { moveMessages } from './move-messages.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'

describeStores('a redrive of a FIFO queue', ({ db }) => {
  let server: SqsServer
  let queues: FifoQueues
  let source: Queue
  let dlq: Queue

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startFifoQueues(server, db())
    ;({ source, dlq } = queues)
  })
  afterEach(() => queues.stop())

  const start = (given: Partial<NewRedrive> = {}): Promise<Redrive> =>
    startRun(db(), { source, dlq }, { acceptsInterleaving: true, ...given })

  const startInPlace = (): Promise<Redrive> => start({ mode: 'in-place' })

  async function runAll(id: number): Promise<Redrive> {
    await stepUntil(db(), id, ['waiting'])
    return letRun(db(), id)
  }

  const held = (queue: Queue) => server.store.peekAll(queue.name)
  const bodiesOf = (queue: Queue, group: string): string[] =>
    held(queue)
      .filter(({ groupId }) => groupId === group)
      .map(({ body }) => body)

  test('keeps group and order, and sends under ids that SQS has not seen', async () => {
    await queues.fill(dlq, ['a', 'b', 'c'], 7)
    const originals = new Set(held(dlq).map(({ deduplicationId }) => deduplicationId))
    await runAll((await start()).id)
    for (const group of ['a', 'b', 'c']) expect(bodiesOf(source, group)).toEqual(numbered(group, 7))
    expect(held(dlq)).toEqual([])
    expect(held(source).filter(({ deduplicationId }) => originals.has(deduplicationId))).toEqual([])
  })

  test('moves a message whose first copy was sent under its id within five minutes, which the old id would lose', async () => {
    await queues.send(dlq, 'a', 'a1')
    const [{ deduplicationId = '' } = {}] = held(dlq)
    await queues.client.send(
      new SendMessageCommand({
        QueueUrl: source.url,
        MessageBody: 'a1',
        MessageGroupId: 'a',
        MessageDeduplicationId: deduplicationId,
      }),
    )
    await queues.take(source)
    expect(held(source)).toEqual([])
    await stepUntil(db(), (await start()).id, ['waiting'])
    expect(bodiesOf(source, 'a')).toEqual(['a1'])
  })

  test('leaves a group of which another round has a message in hand, though its hold ran out', async () => {
    await queues.fill(dlq, ['a', 'b'], 3)
    const run = await start()
    const context = makeRedriveContext(db())
    const soFar = { moved: 0, taken: 0, cameBack: 0 }
    const pen = new LedgerPen(run, context, { isCanary: false, most: null, soFar })
    const inHand = new Set(held(dlq).flatMap(({ body, messageId }) => (body === 'a1' ? [messageId] : [])))
    expect(inHand.size).toBe(1)
    const mover = { run, context, pen, slots: new CallSlots(1), inHand, memory: newStepMemory() }
    expect(await moveMessages(mover, 10)).toMatchObject({ sent: 3 })
    await pen.flush()
    expect(bodiesOf(source, 'a')).toEqual([])
    expect(bodiesOf(source, 'b')).toEqual(numbered('b', 3))
  })

  test('stops a group at its first failure and goes on with the others', async () => {
    await queues.fill(dlq, ['a', 'b'], 4)
    const { id } = await start()
    await stepUntil(db(), id, ['waiting'])
    server.faults.add({ operation: 'SendMessageBatch', times: 3, action: { kind: 'partial-batch', every: 2 } })
    await letRun(db(), id)
    for (const group of ['a', 'b']) expect(bodiesOf(source, group)).toEqual(numbered(group, 4))
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 8, possibleDuplicates: 0 })
  })

  test('sends a message again whose answer was lost, which doubles nothing', async () => {
    await queues.fill(dlq, ['a'], 3)
    const { id } = await start()
    server.faults.add({ operation: 'SendMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
    await runAll(id)
    expect(bodiesOf(source, 'a')).toEqual(numbered('a', 3))
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 3, possibleDuplicates: 0 })
  })

  test.each(['dlq-to-source', 'in-place'] as const)(
    'goes on %s after a process was away for long: what it could not look for is not gone',
    async (mode) => {
      await queues.fill(mode === 'in-place' ? source : dlq, ['a'], 4)
      const { id } = await start({ mode, canaryMessages: 2 })
      const remove = server.faults.add({ operation: 'SendMessageBatch', action: { kind: 'throttle' } })
      await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
      remove()
      const later = { ...makeRedriveContext(db()), nowMs: () => Date.now() + 600_000 }
      await stepUntil(db(), id, ['waiting'], { context: later })
      expect(await listLedger(db().orm, id, { states: ['refused'] })).toEqual([])
      expect(bodiesOf(source, 'a').slice(0, 2)).toEqual(numbered('a', 2))
    },
  )

  test('asks a person about a message whose fate SQS can no longer tell, and leaves what is behind it', async () => {
    await queues.fill(dlq, ['a', 'b'], 3)
    const { id } = await start()
    await stepUntil(db(), id, ['waiting'])
    await db().transaction((tx) => moveRedrive(tx, id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
    const [first] = ['a', 'b'].filter((group) => bodiesOf(dlq, group).length === 3)
    const remove = server.faults.add({ operation: 'SendMessageBatch', action: { kind: 'drop-after-commit' } })
    await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    remove()
    const hanging = await listLedger(db().orm, id, { states: ['sending'] })
    expect(hanging.length).toBeGreaterThan(0)
    await stepUntil(db(), id, ['verifying'], {
      context: { ...makeRedriveContext(db()), nowMs: () => Date.now() + 300_000 },
    })
    const refused = await listLedger(db().orm, id, { states: ['refused'] })
    expect(refused.map(({ messageId }) => messageId).toSorted()).toEqual(
      hanging.map(({ messageId }) => messageId).toSorted(),
    )
    expect(refused[0]?.problem).toContain('look whether it is in the destination')
    expect(bodiesOf(dlq, first ?? '')).toEqual(numbered(first ?? '', 3))
  })

  test('in place moves groups whole from their heads, in their order, behind what came since', async () => {
    await queues.fill(source, ['a', 'b'], 13)
    const { id } = await startInPlace()
    await expect.poll(() => Date.now()).toBeGreaterThan((held(source).at(-1)?.sentAtMs ?? 0) + 5)
    await queues.send(source, 'a', 'new')
    await runAll(id)
    expect(bodiesOf(source, 'a')).toEqual(['new', ...numbered('a', 13)])
    expect(bodiesOf(source, 'b')).toEqual(numbered('b', 13))
    const moved = held(source).filter(({ body }) => body !== 'new')
    expect(moved.every(({ attributes }) => !('JavaType' in attributes))).toBe(true)
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 26, possibleDuplicates: 0 })
  })

  test('in place the time until the fate of the first is known does not count as time without messages', async () => {
    await queues.fill(source, ['a'], 2)
    const run = await startInPlace()
    const memory = newStepMemory()
    const context = makeRedriveContext(db())
    await expect
      .poll(async () => {
        await stepRedrive(run.id, context, memory)
        return (await getRedrive(db().orm, run.id)).state
      })
      .toBe('waiting')
    expect(memory).toMatchObject({ idleReceives: 0, idleSince: null })
  })

  test('in place all groups go whole of which a message is on the list', async () => {
    await queues.fill(source, ['a'], 2)
    await queues.fill(source, ['b'], 25)
    await queues.fill(source, ['c', 'd'], 1)
    const messageIds = held(source).flatMap(({ body, messageId }) =>
      ['a1', 'b1', 'c1'].includes(body) ? [messageId] : [],
    )
    await runAll((await start({ mode: 'in-place', selection: { ...EVERYTHING, messageIds } })).id)
    expect(bodiesOf(source, 'b')).toEqual(numbered('b', 25))
    const unchanged = held(source).filter(({ attributes }) => 'JavaType' in attributes)
    expect(unchanged.map(({ body }) => body)).toEqual(['d1'])
  })

  test('in place a group goes whole where only one of its messages would be changed, and stays whole where none is', async () => {
    await queues.fill(source, ['a', 'b'], 2)
    await queues.client.send(
      new SendMessageCommand({
        QueueUrl: source.url,
        MessageBody: 'plain',
        MessageGroupId: 'a',
        MessageDeduplicationId: 'plain-a',
      }),
    )
    for (const body of ['c1', 'c2'])
      await queues.client.send(
        new SendMessageCommand({
          QueueUrl: source.url,
          MessageBody: body,
          MessageGroupId: 'c',
          MessageDeduplicationId: body,
        }),
      )
    const before = held(source)
      .filter(({ groupId }) => groupId === 'c')
      .map(({ messageId }) => messageId)
    await runAll((await startInPlace()).id)
    expect(bodiesOf(source, 'a')).toEqual(['a1', 'a2', 'plain'])
    expect(
      held(source)
        .filter(({ groupId }) => groupId === 'c')
        .map(({ messageId }) => messageId),
    ).toEqual(before)
  })

  test('keeps body, attributes of every type, group and trace byte for byte; forgetting to ask for them would show here', async () => {
    const attributes = {
      label: { DataType: 'String', StringValue: ' Ünïcödé\t ' },
      count: { DataType: 'Number.int', StringValue: '0042' },
      blob: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 10, 13, 128]) },
      kind: { DataType: 'String.custom', StringValue: 'x' },
    }
    const sent = await queues.client.send(
      new SendMessageCommand({
        QueueUrl: dlq.url,
        MessageBody: '{"a": 1.0, "b":"\u2028 \\" }',
        MessageGroupId: 'Group!1',
        MessageDeduplicationId: 'one',
        MessageAttributes: attributes,
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1' },
        },
      }),
    )
    const [before] = held(dlq)
    const { id } = await start({ transform: [] })
    await stepUntil(db(), id, ['waiting'])
    const [after] = held(source)
    const kept = ({ body, groupId, traceHeader, attributes: all }: NonNullable<typeof after>) => ({
      body,
      groupId,
      traceHeader,
      all,
    })
    expect(Object.keys(before?.attributes ?? {})).toHaveLength(4)
    expect(before?.traceHeader).toContain('Root=')
    if (before === undefined || after === undefined) throw new Error('The message is in neither queue.')
    expect(kept(after)).toEqual(kept(before))
    const [row] = await listLedger(db().orm, id)
    expect([row?.bodyMd5, row?.attributesMd5]).toEqual([sent.MD5OfMessageBody, sent.MD5OfMessageAttributes])
  })

  const CALLS = ['ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch'] as const
  const MOMENTS = ['onBefore', 'onAfter'] as const
  const KILLS = [
    ...CALLS.flatMap((operation) => MOMENTS.map((moment) => [operation, moment, 'dlq-to-source'] as const)),
    ...MOMENTS.map((moment) => ['SendMessageBatch', moment, 'in-place'] as const),
  ]

  test.each(KILLS)('killed at %s %s, %s: another process goes on, in order, and doubles nothing', async (...at) => {
    const [operation, moment, mode] = at
    const from = mode === 'in-place' ? source : dlq
    await queues.fill(from, ['a', 'b'], 4)
    const { id } = await start({ mode })
    const dead = new AbortController()
    const remove = server.faults[moment](operation, ({ caller }) => {
      if (caller === 'spillway') dead.abort(new Error('killed'))
    })
    const dying = makeDyingContext(db(), dead.signal)
    await expect(stepUntil(db(), id, ['waiting'], { context: dying })).rejects.toThrow('killed')
    remove()
    await runAll(id)
    for (const group of ['a', 'b']) expect(bodiesOf(source, group)).toEqual(numbered(group, 4))
    expect(held(dlq)).toEqual([])
    // A delete that was carried out when nobody was left to hear of it stays written down as sent.
    const { sent, deleted, possibleDuplicates } = await countLedger(db().orm, id)
    expect({ moved: sent + deleted, possibleDuplicates }).toEqual({ moved: 8, possibleDuplicates: 0 })
  })
})

function numbered(group: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${group}${index + 1}`)
}
