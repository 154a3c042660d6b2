import { expect, test } from 'vitest'
import type { Queue } from '#lib/domain/queue.ts'
import type { RedriveVerb } from '#lib/domain/redrive.ts'
import { countLedger, listNotable } from '#lib/store/read-ledger.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { getRedrive, insertPlan, moveRedrive, updateRedrive } from '#lib/store/redrives.ts'
import { listUnfinishedStops } from '#lib/store/unfinished-stops.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { JAVA_TYPE } from './fixtures/start-queues.ts'
import { useQueues } from './fixtures/use-queues.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { stopRedrive } from './stop.ts'

const later = (): number => Date.now() + 300_000

describeStores('what a stop leaves half way', ({ db }) => {
  const { queues, server, calls, bodies, deadLetters } = useQueues(db)

  /** A run of many that is stopped while SQS has taken a batch, and whose deletes of that batch fail. */
  async function stopBeforeDelete(
    fail: () => () => void,
    holdSeconds = 3,
  ): Promise<{ readonly id: number; readonly all: string[] }> {
    const all = await deadLetters(12)
    const { id } = await startRun(db(), queues(), { perSecond: 20, holdSeconds })
    await stepUntil(db(), id, ['waiting'])
    await db().transaction((tx) => moveRedrive(tx, id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
    const heal = fail()
    const unhook = server().faults.onAfter('SendMessageBatch', async () => {
      unhook()
      await db().transaction((tx) => stopRedrive(tx, id, { by: 'Olga', nowMs: Date.now() }))
    })
    await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    heal()
    expect((await countLedger(db().orm, id)).sent, 'they stand in both queues').toBeGreaterThan(0)
    return { id, all }
  }

  async function finish(id: number): Promise<void> {
    const memory = newStepMemory()
    const deadline = Date.now() + 60_000
    while (!(await stepRedrive(id, makeRedriveContext(db()), memory)).isOver)
      if (Date.now() > deadline) throw new Error(JSON.stringify(await countLedger(db().orm, id)))
  }

  const throttled = () => server().faults.add({ operation: 'DeleteMessageBatch', action: { kind: 'throttle' } })
  /** Somebody else has received the message by then: SQS says that it is deleted, and keeps it. */
  const tooLate = () =>
    server().faults.onBefore('DeleteMessageBatch', async () => {
      const { dlq } = queues()
      await expect.poll(() => server().store.measure(dlq.name).notVisible).toBe(0)
      await queues().hide(dlq, 1)
    })

  test.each([
    ['failed', throttled],
    ['came after the hold', tooLate],
  ])('a message whose delete %s is deleted once it is met again, and nothing more is sent', async (_why, fail) => {
    const { id, all } = await stopBeforeDelete(fail)
    const sends = calls('SendMessageBatch').length
    expect(await listUnfinishedStops(db().orm, Date.now()), 'another process goes on').toEqual([id])
    await finish(id)
    const [source, dlq] = [bodies(queues().source.name), bodies(queues().dlq.name)]
    expect([...source, ...dlq].toSorted(), 'each once').toEqual(all.toSorted())
    expect(dlq.length, 'it was stopped in its midst').toBeGreaterThan(0)
    expect(await countLedger(db().orm, id)).toMatchObject({ sent: 0, deleted: source.length })
    expect(calls('SendMessageBatch')).toHaveLength(sends)
    expect(await listUnfinishedStops(db().orm, Date.now())).toEqual([])
  })

  test('it is not looked for without end: whose delete stays unconfirmed is left to the next redrive', async () => {
    const { id } = await stopBeforeDelete(throttled)
    const context = { ...makeRedriveContext(db()), nowMs: later }
    expect(await listUnfinishedStops(db().orm, later())).toEqual([])
    expect(await stepRedrive(id, context, newStepMemory())).toMatchObject({ isOver: true })
    const next = await startRun(db(), queues(), { perSecond: 20 })
    await stepUntil(db(), next.id, ['waiting'])
    await db().transaction((tx) => moveRedrive(tx, next.id, 'canary-consumed', { canaryFate: 'consumed' }, Date.now()))
    await stepUntil(db(), next.id, ['verifying'])
    expect(bodies(queues().dlq.name)).toEqual([])
    expect(bodies(queues().source.name)).toHaveLength(12)
  })

  test('in place Spillway receives nothing after the stop, where the messages are those of the consumer', async () => {
    const { dlq } = queues()
    await queues().send('{"traineeTisId":"1"}', JAVA_TYPE, dlq)
    const { id } = await startRun(db(), { dlq, source: dlq }, { mode: 'in-place' })
    server().faults.add({ operation: 'DeleteMessageBatch', times: 1, action: { kind: 'drop-after-commit' } })
    await stepRedrive(id, makeRedriveContext(db()), newStepMemory())
    await db().transaction((tx) => stopRedrive(tx, id, { by: 'Olga', nowMs: Date.now() }))
    await expectLeft(id)
    const named = await listNotable(db().orm, id, { isHalfWay: true, limit: 50 })
    expect(named).toMatchObject([{ state: 'sent' }])
  })

  test('nor does it where a receive moves dead letters on, or may do so', async () => {
    const { source, dlq } = queues()
    const { id } = await stopBeforeDelete(throttled)
    const known = async (given: Partial<Queue>) => {
      await upsertQueues(db().orm, [source, { ...dlq, ...given }], Date.now(), true)
      return listUnfinishedStops(db().orm, Date.now())
    }
    expect(await known({ dlqArn: source.arn, maxReceiveCount: 3 })).toEqual([])
    await expectLeft(id)
    expect(await known({ url: `${dlq.url}-of-another` }), 'nobody has read its policy').toEqual([])
    expect(await known({})).toEqual([id])
  })

  /** A step of it is its last, and SQS is asked for nothing. */
  async function expectLeft(id: number): Promise<void> {
    const [asked, { sent }] = [calls().length, await countLedger(db().orm, id)]
    expect(await stepRedrive(id, makeRedriveContext(db()), newStepMemory())).toMatchObject({ isOver: true })
    expect(calls()).toHaveLength(asked)
    expect(await listUnfinishedStops(db().orm, Date.now())).toEqual([])
    expect(await countLedger(db().orm, id)).toMatchObject({ sent })
  }

  test('it waits while a redrive looks for what came back, however many were planned since', async () => {
    const { id } = await stopBeforeDelete(throttled)
    const { id: _id, startedMs: _started, ...plan } = await getRedrive(db().orm, id)
    const verifying = await insertPlan(db().orm, plan)
    const move = (verb: RedriveVerb) => db().transaction((tx) => moveRedrive(tx, verifying.id, verb, {}, Date.now()))
    for (const verb of ['start', 'canary-moved', 'canary-consumed', 'moved-all'] as const) await move(verb)
    for (let at = 0; at < 10; at += 1) await insertPlan(db().orm, plan)
    const asked = calls().length
    expect(await stepRedrive(id, makeRedriveContext(db()), newStepMemory())).toMatchObject({ isOver: false })
    expect(calls()).toHaveLength(asked)
    await updateRedrive(db().orm, verifying.id, { settledMs: Date.now() }, Date.now())
    await finish(id)
    expect(await countLedger(db().orm, id)).toMatchObject({ sent: 0 })
  })

  test.each([
    [30, 180],
    [600, 900],
  ])('held for %d s it is looked for during %d s', async (holdSeconds, seconds) => {
    const { id } = await stopBeforeDelete(throttled, holdSeconds)
    const { endedMs } = await getRedrive(db().orm, id)
    const untilMs = (endedMs ?? 0) + seconds * 1000
    expect(await listUnfinishedStops(db().orm, untilMs - 1)).toEqual([id])
    expect(await listUnfinishedStops(db().orm, untilMs)).toEqual([])
  })
})
