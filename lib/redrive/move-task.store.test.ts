import { afterEach, beforeEach, expect, test } from 'vitest'
import { cancelledWords } from '#lib/domain/move-task.ts'
import { setGroupMark } from '#lib/store/message-groups.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { proveRedrive } from '#lib/store/prove-redrive.ts'
import { countLedger } from '#lib/store/read-ledger.ts'
import { getRedrive, insertPlan, listRedrives } from '#lib/store/redrives.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { letRun, makeRedriveContext, startRun, stepUntil } from './fixtures/redrive-runs.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { pauseRedrive } from './pause.ts'
import { startRedrive } from './start.ts'
import { newStepMemory } from './step-memory.ts'
import { stepRedrive } from './step.ts'
import { stopRedrive } from './stop.ts'

const doer = () => ({ by: 'Olga', nowMs: Date.now() })

describeStores('a redrive by the move task of SQS', ({ db }) => {
  let queues: Queues
  let server: SqsServer
  let log: RequestLog

  beforeEach(async () => {
    log = new RequestLog()
    server = await startSqsServer({ log, limits: { moveTaskCancelLagSeconds: 0.6 } })
    queues = await startQueues(server)
    await upsertQueues(db().orm, [queues.source, queues.dlq], Date.now(), true)
  })
  afterEach(() => queues.stop())

  const here = (name: string): number => server.store.peekAll(name).length
  const asked = (operation: string) => log.list({ operation, caller: 'spillway' })

  async function deadLetters(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await queues.send(`{"traineeTisId":"${index}"}`)
    await queues.killAll(count)
  }

  /** A plan like that of a ledger, but for the way, started. */
  async function startTask(given: Partial<Redrive> = {}): Promise<Redrive> {
    const { id: _id, ...like } = await startRun(db(), queues, { transform: [], ...given })
    await db().transaction((tx) => stopRedrive(tx, 1, doer()))
    const plan = await insertPlan(db().orm, { ...like, way: 'move-task' })
    return db().transaction((tx) => startRedrive(tx, plan.id, doer()))
  }

  const step = (id: number) => stepRedrive(id, makeRedriveContext(db()), newStepMemory())

  test('moves all with their attributes, is followed to its end, and stays in the history', async () => {
    await deadLetters(12)
    const before = server.store.peekAll(queues.dlq.name).map(({ attributes }) => attributes)
    const run = await startTask()
    expect(run.state).toBe('running')
    const moved = await stepUntil(db(), run.id, ['verifying'])
    expect(moved.task).toMatchObject({ status: 'COMPLETED', moved: 12, failure: null })
    expect([here(queues.dlq.name), here(queues.source.name)]).toEqual([0, 12])
    expect(server.store.peekAll(queues.source.name).map(({ attributes }) => attributes)).toEqual(before)
    expect(asked('StartMessageMoveTask')).toHaveLength(1)
    expect(asked('SendMessageBatch')).toEqual([])
    const proof = await proveRedrive(db().orm, moved, { isNowhere: true, nowMs: Date.now() })
    expect(proof, 'nobody knows which messages these were').toMatchObject({ sent: 12, consumed: 0, unknown: 12 })
    expect((await listRedrives(db().orm)).map(({ way }) => way)).toEqual(['move-task', 'ledger'])
  })

  test('is not started where messages may still stand that an earlier redrive has sent, which SQS would send twice', async () => {
    await deadLetters(1)
    const run = await startRun(db(), queues)
    server.faults.add({ operation: 'DeleteMessageBatch', times: 1, action: { kind: 'throttle' } })
    await step(run.id)
    await db().transaction((tx) => stopRedrive(tx, run.id, doer()))
    const { id: _id, ...like } = run
    const plan = await insertPlan(db().orm, { ...like, way: 'move-task' })
    await expect(db().transaction((tx) => startRedrive(tx, plan.id, doer()))).rejects.toThrow(
      'profile-created-dlq may still have messages that an earlier redrive has sent',
    )
    expect(asked('StartMessageMoveTask')).toEqual([])
  })

  test('is started where the answer to a delete was lost, once another redrive has read the queue to its end', async () => {
    await deadLetters(2)
    const run = await startRun(db(), queues)
    const loseDelete = { operation: 'DeleteMessageBatch', times: 1, action: { kind: 'drop-after-commit' } } as const
    server.faults.add(loseDelete)
    await step(run.id)
    await db().transaction((tx) => stopRedrive(tx, run.id, doer()))
    expect((await getRedrive(db().orm, run.id)).trouble).toBeNull()
    expect(await countLedger(db().orm, run.id)).toMatchObject({ sent: 1 })
    const next = await startRun(db(), queues)
    await stepUntil(db(), next.id, ['waiting'])
    await letRun(db(), next.id)
    expect(await countLedger(db().orm, run.id)).toMatchObject({ sent: 0, deleted: 1 })
    const { id: _id, ...like } = run
    await db().transaction((tx) => stopRedrive(tx, next.id, doer()))
    const plan = await insertPlan(db().orm, { ...like, way: 'move-task' })
    expect(await db().transaction((tx) => startRedrive(tx, plan.id, doer()))).toMatchObject({ state: 'running' })
  })

  test('is not started while somebody holds a group, which SQS would move as well', async () => {
    await deadLetters(1)
    const mark = { note: null, owner: null, isHeld: true, ticketUrl: null }
    await setGroupMark(db().orm, { queue: queues.dlq.name, fingerprint: 'f'.repeat(32) }, mark, 'Rita', Date.now())
    await expect(startTask()).rejects.toThrow('Somebody holds a group of profile-created-dlq, and a move task of SQS')
    expect(asked('StartMessageMoveTask')).toEqual([])
  })

  test('cannot be paused; stopped it goes on for a while, and says how many more it moved', async () => {
    await deadLetters(40)
    const run = await startTask({ perSecond: 20 })
    await stepUntil(db(), run.id, ['running'])
    while (here(queues.source.name) === 0) await step(run.id)
    const pause = db().transaction((tx) => pauseRedrive(tx, run.id, doer()))
    await expect(pause).rejects.toThrow('is a move task of SQS, which cannot be paused')
    expect((await db().transaction((tx) => stopRedrive(tx, run.id, doer()))).state).toBe('running')
    const again = db().transaction((tx) => stopRedrive(tx, run.id, doer()))
    await expect(again).rejects.toThrow('Olga asked for the end of R-2 already.')
    const stopped = await stepUntil(db(), run.id, ['stopped'])
    const { moved = 0, movedAtCancel } = stopped.task ?? {}
    expect(stopped.task?.status).toBe('CANCELLED')
    expect(moved).toBeGreaterThan(movedAtCancel ?? moved)
    expect(stopped.reason).toBe(
      `Stopped by Olga. SQS had moved ${movedAtCancel} when it was told, and moved ${moved - (movedAtCancel ?? 0)} more messages before it stopped: its cancel is not immediate. What was moved stays moved.`,
    )
    expect(stopped.endedBy).toBe('Olga')
    expect(here(queues.dlq.name) + here(queues.source.name), 'each message in one of the two').toBe(40)
    expect(here(queues.source.name)).toBe(moved)
  })

  test('a start whose answer was lost is found again and not repeated', async () => {
    await deadLetters(3)
    const run = await startTask()
    server.faults.add({
      operation: 'StartMessageMoveTask',
      caller: /spillway/,
      times: 1,
      action: { kind: 'drop-after-commit' },
    })
    await stepUntil(db(), run.id, ['verifying'])
    expect(asked('StartMessageMoveTask')).toHaveLength(1)
    expect(here(queues.source.name)).toBe(3)
  })

  test('what SQS refuses is shown as its trouble, with the permission to grant', async () => {
    await deadLetters(1)
    const run = await startTask()
    server.faults.add({
      operation: 'StartMessageMoveTask',
      caller: /spillway/,
      times: 1,
      action: { kind: 'error', code: 'AccessDenied', status: 403 },
    })
    await step(run.id)
    expect((await getRedrive(db().orm, run.id)).trouble).toContain('grant sqs:StartMessageMoveTask')
    await stepUntil(db(), run.id, ['verifying'])
  })

  test('a task that SQS gives up stops it with the reason of SQS', async () => {
    await queues.send('{}', {}, queues.dlq)
    const run = await startTask()
    const stopped = await stepUntil(db(), run.id, ['stopped'])
    expect(stopped.task).toMatchObject({ status: 'FAILED' })
    expect(stopped.reason).toBe(
      `The move task of SQS failed after 0 messages: ${stopped.task?.failure ?? ''}. Mend that, e.g. the permissions or the destination, and plan another.`,
    )
    expect(stopped.endedBy).toBe('spillway')
    expect(here(queues.dlq.name)).toBe(1)
  })
})

test('a task that somebody cancelled outside of Spillway is told so', () => {
  const task = {
    askedMs: 0,
    afterMs: null,
    startedMs: 1,
    status: 'CANCELLED',
    moved: 3,
    toMove: 9,
    failure: null,
    cancelAskedMs: null,
    cancelledBy: null,
    movedAtCancel: null,
  }
  expect(cancelledWords(task)).toBe('Stopped by somebody outside Spillway. What was moved stays moved.')
})
