import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { countLedger, listLedger } from '#lib/store/redrive-ledger.ts'
import { getRedrive, insertPlan, moveRedrive, resumeRedriveAt } from '#lib/store/redrives.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog, type LoggedCall } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { JAVA_TYPE, startQueues, type Queues } from './fixtures/start-queues.ts'
import { groupOf } from './group-of.ts'
import { receive } from './queue-calls.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'

vi.setConfig({ testTimeout: 60_000 })

describeStores('a redrive', ({ db }) => {
  let queues: Queues
  let server: SqsServer
  let log: RequestLog

  beforeEach(async () => {
    log = new RequestLog()
    server = await startSqsServer({ log })
    queues = await startQueues(server)
    await upsertQueues(db().orm, [queues.source, queues.dlq], Date.now(), true)
  })
  afterEach(() => queues.stop())

  const bodies = (name: string): string[] => server.store.peekAll(name).map(({ body }) => body)

  /** Dead letters with these bodies; resolves when all lie in the dead-letter queue. */
  async function deadLetters(count: number): Promise<string[]> {
    const sent = Array.from({ length: count }, (_, index) => JSON.stringify({ traineeTisId: String(900_100 + index) }))
    for (const body of sent) await queues.send(body)
    await queues.killAll(count)
    return sent
  }

  /** Messages on a queue without a dead-letter queue of its own, which stands in for the source. */
  async function stuck(count: number): Promise<string[]> {
    const sent = Array.from({ length: count }, (_, index) => JSON.stringify({ traineeTisId: String(index) }))
    for (const body of sent) await queues.send(body, JAVA_TYPE, queues.dlq)
    return sent
  }

  const inPlace = () => ({ ...queues, source: queues.dlq })

  /** CloudWatch's word that somebody deleted from the source since the minute of now. */
  async function tellDeletes(deleted: number, sent = 0): Promise<void> {
    const atMs = minuteOf(Date.now())
    await insertSamples(
      db().orm,
      [
        { series: seriesOf.flow(queues.source.name, 'sent'), atMs, value: sent },
        { series: seriesOf.flow(queues.source.name, 'deleted'), atMs, value: deleted },
      ],
      { isBackfill: false },
    )
  }

  test('moves one dead letter first, and the rest only when SQS counts that it was consumed', async () => {
    const sent = await deadLetters(23)
    const run = await startRun(db(), queues)
    await stepUntil(db(), run.id, ['waiting'])
    expect(bodies(queues.source.name)).toHaveLength(1)
    expect(bodies(queues.dlq.name)).toHaveLength(22)
    const memory = newStepMemory()
    const consumed = await queues.consume(queues.source)
    await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect(await getRedrive(db().orm, run.id)).toMatchObject({ state: 'waiting', canaryFate: 'unknown' })
    await tellDeletes(1, 1)
    await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect(await getRedrive(db().orm, run.id)).toMatchObject({ state: 'running', canaryFate: 'consumed' })
    const moved = await stepUntil(db(), run.id, ['verifying'])
    expect(moved.movedMs).not.toBeNull()
    expect(bodies(queues.dlq.name)).toEqual([])
    expect([...consumed, ...bodies(queues.source.name)].toSorted()).toEqual(sent.toSorted())
    expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 23, possibleDuplicates: 0, refused: 0 })
    await queues.consume(queues.source)
    await tellDeletes(23, 23)
    const done = await stepUntil(db(), run.id, ['done'])
    expect(done.endedBy).toBe('spillway')
  })

  test('keeps every attribute byte for byte but those that are removed, and the trace', async () => {
    const kept = {
      contentType: { DataType: 'String', StringValue: 'application/json; charset=UTF-8' },
      count: { DataType: 'Number.int', StringValue: '0042' },
      blob: { DataType: 'Binary.png', BinaryValue: new Uint8Array([0, 255, 10, 13, 128]) },
      label: { DataType: 'String.custom', StringValue: ' Ünïcödé\t ' },
    }
    await queues.send('{"traineeTisId":"1"}', { ...JAVA_TYPE, ...kept })
    await queues.killAll(1)
    const before = server.store.peekAll(queues.dlq.name)[0]
    const run = await startRun(db(), queues)
    await stepUntil(db(), run.id, ['waiting'])
    const after = server.store.peekAll(queues.source.name)[0]
    const { JavaType: _removed, ...wanted } = before?.attributes ?? {}
    expect(after?.attributes).toEqual(wanted)
    expect(Object.keys(wanted)).toHaveLength(4)
  })

  test('leaves a group that somebody holds where it is, and moves everything else', async () => {
    const sent = await deadLetters(2)
    await queues.send('{"poison":true}')
    await queues.killAll(3)
    const [held] = (
      await receive(makeRedriveContext(db()), queues.dlq.url, { most: 10, holdSeconds: 0, waitSeconds: 1 })
    )
      .filter(({ body }) => body.includes('poison'))
      .map(groupOf)
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, { queue: queues.dlq.name, fingerprint: held ?? '' }, mark, 'Rita', Date.now())
    const { id } = await startRun(db(), queues)
    await stepUntil(db(), id, ['waiting'])
    const consumed = await queues.consume(queues.source)
    await tellDeletes(1, 1)
    await stepUntil(db(), id, ['verifying'])
    expect([...consumed, ...bodies(queues.source.name)].toSorted()).toEqual(sent.toSorted())
    expect(bodies(queues.dlq.name)).toEqual(['{"poison":true}'])
  })

  test('stops with the reason when the first message comes back', async () => {
    await deadLetters(3)
    const run = await startRun(db(), queues, { transform: [] })
    await stepUntil(db(), run.id, ['waiting'])
    await queues.killAll(3)
    const stopped = await stepUntil(db(), run.id, ['stopped'])
    expect(stopped).toMatchObject({
      canaryFate: 'came-back',
      reason: 'The first message came back: the consumer still cannot process it.',
      endedBy: 'spillway',
    })
    expect(bodies(queues.dlq.name)).toHaveLength(3)
  })

  test('never moves a second message while the fate of the first is unknown, however long that takes', async () => {
    await deadLetters(3)
    const run = await startRun(db(), queues)
    await stepUntil(db(), run.id, ['waiting'])
    const memory = newStepMemory()
    for (let turn = 0; turn < 3; turn += 1) await stepRedrive(run.id, makeRedriveContext(db()), memory)
    expect((await getRedrive(db().orm, run.id)).state).toBe('waiting')
    expect(calls('SendMessageBatch')).toHaveLength(1)
  })

  describe('in place', () => {
    test('re-sends each message once without the attribute and picks none of its own up again', async () => {
      const sent = await stuck(17)
      const run = await startRun(db(), inPlace(), { mode: 'in-place' })
      await stepUntil(db(), run.id, ['waiting'])
      const canary = (await listLedger(db().orm, run.id))[0]
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      await stepUntil(db(), run.id, ['verifying'])
      const left = server.store.peekAll(queues.dlq.name)
      expect(left.map(({ body }) => body).toSorted()).toEqual(sent.toSorted())
      expect(left.every(({ attributes }) => !('JavaType' in attributes))).toBe(true)
      expect(left.map(({ messageId }) => messageId)).toContain(canary?.newMessageId)
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 17, possibleDuplicates: 0 })
      expect(calls('SendMessageBatch').flatMap(entriesOf)).toHaveLength(17)
    })

    test('leaves messages that were sent after the start, and those that carry nothing to remove', async () => {
      await stuck(2)
      await queues.send('{"traineeTisId":"plain"}', {}, queues.dlq)
      const run = await startRun(db(), inPlace(), { mode: 'in-place' })
      await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(run.startedMs ?? 0))
      await queues.send('{"traineeTisId":"new"}', JAVA_TYPE, queues.dlq)
      await stepUntil(db(), run.id, ['waiting'])
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      await stepUntil(db(), run.id, ['verifying'])
      expect(await countLedger(db().orm, run.id)).toMatchObject({ deleted: 2 })
      expect(bodies(queues.dlq.name)).toHaveLength(4)
    })

    test('knows the first message as come back once others have received it twice', async () => {
      await stuck(2)
      const run = await startRun(db(), inPlace(), { mode: 'in-place', transform: [] })
      await stepUntil(db(), run.id, ['waiting'])
      const canary = (await listLedger(db().orm, run.id)).find(({ isCanary }) => isCanary)
      const count = () =>
        server.store.peekAll(queues.dlq.name).find(({ messageId }) => messageId === canary?.newMessageId)
          ?.receiveCount ?? 0
      const memory = newStepMemory()
      await stepRedrive(run.id, makeRedriveContext(db()), memory)
      await stepRedrive(run.id, makeRedriveContext(db()), memory)
      expect((await getRedrive(db().orm, run.id)).state).toBe('waiting')
      const before = count()
      while (count() < before + 2) await queues.peek(queues.dlq)
      await stepUntil(db(), run.id, ['stopped'])
      expect(await getRedrive(db().orm, run.id)).toMatchObject({
        canaryEvidence: 'It was received by the consumer and came back to the queue.',
      })
    })
  })

  describe('when SQS fails', () => {
    test('sends a message again whose answer was lost, and says for ever that it may be there twice', async () => {
      await deadLetters(1)
      const run = await startRun(db(), queues)
      server.faults.add({ operation: 'SendMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
      await stepUntil(db(), run.id, ['waiting'])
      expect(await listLedger(db().orm, run.id)).toMatchObject([
        { state: 'deleted', isPossibleDuplicate: true, sendAttempts: 2 },
      ])
      expect(bodies(queues.source.name)).toHaveLength(2)
    })

    test('does not call a message a possible duplicate that SQS refused for certain', async () => {
      await deadLetters(1)
      const run = await startRun(db(), queues)
      server.faults.add({ operation: 'SendMessageBatch', times: 2, action: { kind: 'throttle' } })
      await stepUntil(db(), run.id, ['waiting'])
      expect(await listLedger(db().orm, run.id)).toMatchObject([{ isPossibleDuplicate: false, sendAttempts: 1 }])
      expect(bodies(queues.source.name)).toHaveLength(1)
    })

    test('deletes only what was sent when a batch fails in part, and moves the rest later', async () => {
      const sent = await deadLetters(12)
      const run = await startRun(db(), queues)
      await stepUntil(db(), run.id, ['waiting'])
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      server.faults.add({ operation: 'SendMessageBatch', times: 2, action: { kind: 'partial-batch', every: 3 } })
      server.faults.add({
        operation: 'DeleteMessageBatch',
        times: 2,
        action: { kind: 'partial-batch', every: 2 },
      })
      await stepUntil(db(), run.id, ['verifying'])
      expect(bodies(queues.source.name).toSorted()).toEqual(sent.toSorted())
      expect(bodies(queues.dlq.name)).toEqual([])
      expectNothingDeletedUnsent()
    })

    test('says what is wrong while SQS refuses, and goes on by itself afterwards', async () => {
      await deadLetters(1)
      const run = await startRun(db(), queues)
      const remove = server.faults.add({
        operation: 'ReceiveMessage',
        caller: /spillway/,
        action: { kind: 'error', code: 'AccessDenied', status: 403 },
      })
      const memory = newStepMemory()
      await stepRedrive(run.id, makeRedriveContext(db()), memory)
      expect((await getRedrive(db().orm, run.id)).trouble).toContain('grant sqs:ReceiveMessage')
      remove()
      await stepUntil(db(), run.id, ['waiting'])
      expect((await getRedrive(db().orm, run.id)).trouble).toBeNull()
    })
  })

  describe('when its process dies', () => {
    // What a kill does to a step: nothing that it would have committed from then on is kept, and no further call is made.
    const KILLS = ['ReceiveMessage', 'SendMessageBatch', 'DeleteMessageBatch'].flatMap((operation) =>
      (['before', 'after'] as const).map((moment) => [operation, moment] as const),
    )

    test.each(KILLS)('at %s, %s the call, another goes on and loses nothing', async (operation, moment) => {
      const sent = await deadLetters(4)
      const run = await startRun(db(), queues)
      const dead = new AbortController()
      let isDead = false
      const kill = (call: { readonly caller: string }): void => {
        if (call.caller !== 'spillway' || isDead) return
        isDead = true
        dead.abort(new Error('killed'))
      }
      const { faults } = server
      const remove = moment === 'before' ? faults.onBefore(operation, kill) : faults.onAfter(operation, kill)
      const dying = {
        ...makeRedriveContext(db(), { signal: dead.signal }),
        commit: async <T>(work: Parameters<ReturnType<typeof makeRedriveContext>['commit']>[0]): Promise<T> => {
          const result = await db().transaction(async (tx) => {
            const done = await work(tx)
            if (isDead) throw new Error('killed')
            return done
          })
          // The same function with its type kept: what it gives back is what `work` gave.
          return result as T
        },
      }
      await expect(stepUntil(db(), run.id, ['waiting'], { context: dying })).rejects.toThrow('killed')
      remove()
      await stepUntil(db(), run.id, ['waiting'])
      await db().transaction((tx) => moveRedrive(tx, run.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
      await stepUntil(db(), run.id, ['verifying'])
      const there = bodies(queues.source.name)
      expect([...new Set(there)].toSorted()).toEqual(sent.toSorted())
      expect(bodies(queues.dlq.name)).toEqual([])
      const { possibleDuplicates } = await countLedger(db().orm, run.id)
      expect(there.length - sent.length).toBeLessThanOrEqual(possibleDuplicates)
      expectNothingDeletedUnsent()
    })
  })

  describe('people', () => {
    test('a pause counts at once and a resumed one goes on where it was', async () => {
      await deadLetters(3)
      const run = await startRun(db(), queues)
      await stepUntil(db(), run.id, ['waiting'])
      await db().transaction((tx) => moveRedrive(tx, run.id, 'pause', {}, Date.now()))
      expect(await stepRedrive(run.id, makeRedriveContext(db()), newStepMemory())).toMatchObject({ isOver: true })
      expect(calls('SendMessageBatch')).toHaveLength(1)
      await db().transaction((tx) => resumeRedriveAt(tx, run.id, 'waiting', Date.now()))
      expect((await getRedrive(db().orm, run.id)).state).toBe('waiting')
    })

    test('two redrives of one queue: one wins and the other learns who has it', async () => {
      const first = await startRun(db(), queues)
      const { id: _id, ...plan } = first
      const second = await insertPlan(db().orm, { ...plan, samples: [], plannedBy: 'Omar' })
      const start = db().transaction((tx) =>
        moveRedrive(tx, second.id, 'start', { startedBy: 'Omar', startedMs: Date.now() }, Date.now()),
      )
      await expect(start).rejects.toThrow(
        'R-1 has the queue profile-created-dlq: it is trying one message, started by Olga.',
      )
    })
  })

  function calls(operation: string): LoggedCall[] {
    return log.list({ operation, caller: 'spillway' })
  }

  /** By the server's own log: every delete names a message that had been received by then and whose body had been sent. */
  function expectNothingDeletedUnsent(): void {
    const received = new Map<string, string>()
    const sent = new Set<string>()
    for (const call of log.list({ caller: 'spillway' })) {
      if (call.operation === 'ReceiveMessage')
        for (const each of messagesOf(call)) received.set(each.ReceiptHandle, each.Body)
      if (call.operation === 'SendMessageBatch') {
        const entries = entriesOf(call)
        for (const id of successfulOf(call)) sent.add(entries[Number(id)]?.MessageBody ?? '')
      }
      if (call.operation === 'DeleteMessageBatch')
        for (const { ReceiptHandle } of entriesOf(call)) expect([...sent]).toContain(received.get(ReceiptHandle))
    }
  }
})

interface Entry {
  readonly ReceiptHandle: string
  readonly MessageBody: string
}

/** The log keeps requests and answers as they were on the wire; these are their fields by the SQS API reference. */
const entriesOf = ({ request }: LoggedCall): Entry[] => (request as { Entries: Entry[] }).Entries
const messagesOf = ({ response }: LoggedCall) =>
  (response as { Messages?: { ReceiptHandle: string; Body: string }[] } | null)?.Messages ?? []
const successfulOf = ({ response }: LoggedCall): string[] =>
  ((response as { Successful?: { Id: string }[] } | null)?.Successful ?? []).map(({ Id }) => Id)
