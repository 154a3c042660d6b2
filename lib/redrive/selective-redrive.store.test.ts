import { afterEach, beforeEach, expect, test } from 'vitest'
import { EVERYTHING } from '#lib/domain/redrive-selection.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { applyOutcomeEvents } from '#lib/store/outcomes.ts'
import { proveRedrive } from '#lib/store/prove-redrive.ts'
import { countLedger, listCanaries } from '#lib/store/read-ledger.ts'
import { getRedrive, moveRedrive } from '#lib/store/redrives.ts'
import { anOutcomeEvent } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'

const listOf = (messageIds: readonly string[]) => ({
  selection: { ...EVERYTHING, messageIds, listedBy: 'look' as const },
  transform: [],
  aboutMessages: messageIds.length,
})

describeStores('a redrive of a part of a queue', ({ db }) => {
  let queues: Queues
  let server: SqsServer

  beforeEach(async () => {
    server = await startSqsServer({ log: new RequestLog() })
    queues = await startQueues(server)
    await upsertQueues(db().orm, [queues.source, queues.dlq], Date.now(), true)
  })
  afterEach(() => queues.stop())

  const idsOf = (name: string): string[] => server.store.peekAll(name).map(({ messageId }) => messageId)

  /** Dead letters, those that are wanted behind all others; returns the ids of the wanted. */
  async function deadLetters(others: number, wanted: number): Promise<string[]> {
    const ids: string[] = []
    for (let at = 0; at < others + wanted; at += 1) ids.push(await queues.send(JSON.stringify({ at }), {}, queues.dlq))
    return ids.slice(others)
  }

  async function consumeFirst(id: number): Promise<void> {
    await db().transaction((tx) => moveRedrive(tx, id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
  }

  test('meets every message of its list behind hundreds that it leaves, and takes no other', async () => {
    const wanted = await deadLetters(300, 45)
    const { id } = await startRun(db(), queues, { ...listOf(wanted), canaryMessages: 3 })
    await stepUntil(db(), id, ['waiting'])
    expect(await listCanaries(db().orm, id)).toHaveLength(3)
    await consumeFirst(id)
    const moved = await stepUntil(db(), id, ['verifying'])
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 45 })
    expect(moved.missed).toBeNull()
    expect(idsOf(queues.source.name)).toHaveLength(45)
    expect(idsOf(queues.dlq.name)).toHaveLength(300)
  })

  test('says which messages of its list it did not meet, and never that all is done', async () => {
    const [gone = '', ...wanted] = await deadLetters(25, 6)
    const { id } = await startRun(db(), queues, listOf([gone, ...wanted]))
    await queues.remove(queues.dlq, gone)
    await stepUntil(db(), id, ['waiting'])
    await consumeFirst(id)
    const moved = await stepUntil(db(), id, ['verifying'])
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 5 })
    expect(moved.missed).toEqual({ count: 1, held: 0, messages: [{ messageId: gone, why: 'not-met' }] })
  })

  test('a list of which nothing is there any more ends with a warning', async () => {
    await deadLetters(25, 0)
    const { id } = await startRun(db(), queues, listOf(['a', 'b']))
    const done = await stepUntil(db(), id, ['done'])
    expect(done.missed).toMatchObject({ count: 2, messages: [{ messageId: 'a' }, { messageId: 'b' }] })
    expect(done.reason).toBe(
      'Of the 2 messages of its list it did not move 2: 2 not met when the queue was read to its end (processed or expired meanwhile, or hidden by somebody else).',
    )
    expect(idsOf(queues.dlq.name)).toHaveLength(25)
  })

  test('what it left can be received again at once after its end', async () => {
    const wanted = await deadLetters(25, 2)
    const { id } = await startRun(db(), queues, { ...listOf(wanted), holdSeconds: 60 })
    await stepUntil(db(), id, ['waiting'])
    await consumeFirst(id)
    await stepUntil(db(), id, ['verifying'])
    expect(server.store.measure(queues.dlq.name).visible).toBe(25)
  })

  test('what it left can be received again at once when a person stops it', async () => {
    await deadLetters(25, 0)
    const { id } = await startRun(db(), queues, { ...listOf(['nowhere']), holdSeconds: 60 })
    const memory = newStepMemory()
    await stepRedrive(id, makeRedriveContext(db()), memory)
    expect(server.store.measure(queues.dlq.name).notVisible).toBe(10)
    await db().transaction((tx) => moveRedrive(tx, id, 'stop', { reason: 'Stopped.' }, Date.now()))
    expect(await stepRedrive(id, makeRedriveContext(db()), memory)).toMatchObject({ isOver: true })
    expect(server.store.measure(queues.dlq.name)).toMatchObject({ visible: 25, notVisible: 0 })
  })

  test('waits until what somebody else hides shows itself', async () => {
    const wanted = await deadLetters(12, 3)
    await queues.hide(queues.dlq, 3)
    const { id } = await startRun(db(), queues, listOf(wanted))
    await stepUntil(db(), id, ['waiting'])
    await consumeFirst(id)
    await stepUntil(db(), id, ['verifying'])
    expect(await countLedger(db().orm, id)).toMatchObject({ deleted: 3 })
    expect((await getRedrive(db().orm, id)).missed).toBeNull()
  })

  test('a canary of three waits for the fate of all three: one e-mail of a person speaks for one message', async () => {
    for (let at = 0; at < 6; at += 1) await queues.send('{"traineeTisId":"900042"}', {}, queues.dlq)
    const { id } = await startRun(db(), queues, { transform: [], canaryMessages: 3 })
    await stepUntil(db(), id, ['waiting'])
    expect(await listCanaries(db().orm, id)).toHaveLength(3)
    const memory = newStepMemory()
    for (const [at, known] of [1, 2].entries()) {
      await mailArrives(`mail-${at}`)
      await stepRedrive(id, makeRedriveContext(db()), memory)
      expect(await getRedrive(db().orm, id)).toMatchObject({
        state: 'waiting',
        canaryFate: 'unknown',
        canaryEvidence: expect.stringContaining(`Of 3 messages ${known} `),
      })
    }
    await mailArrives('mail-3')
    await stepRedrive(id, makeRedriveContext(db()), memory)
    const run = await getRedrive(db().orm, id)
    expect(run).toMatchObject({ state: 'running', canaryFate: 'consumed' })
    expect(await proveRedrive(db().orm, run, { isNowhere: false, nowMs: Date.now() })).toMatchObject({
      sent: 3,
      consumed: 3,
      unknown: 0,
    })
  })

  async function mailArrives(notificationId: string): Promise<void> {
    const event = anOutcomeEvent({ notificationId, atMs: Date.now() + 60_000 })
    await db().transaction((tx) => applyOutcomeEvents(tx, [event], { isBackfill: false }))
  }
})
