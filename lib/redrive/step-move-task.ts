import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { cancelledWords, failedWords, type MoveTask } from '#lib/domain/move-task.ts'
import { findQueueArn } from '#lib/store/queues.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive, updateRedrive } from '#lib/store/redrives.ts'
import { assertWorked } from './assert-worked.ts'
import { cancelMoveTask, latestMoveTask, startMoveTask, type TaskSource, type ToldTask } from './move-task-calls.ts'
import { countQueue, total } from './queue-calls.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

const AGAIN_MS = 1_000

/**
 * Takes SQS's own move task one step further: starts it, follows it, cancels it when a person asked for its end. What SQS did is read from
 * its list of tasks, never from the answer of a call, which may be lost; a start that succeeded may still fail.
 */
export async function stepMoveTask(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const source = await sourceOf(run, context)
  const told = await latestMoveTask(context, source)
  if (run.task === null) return begin(run, context, { source, before: told })
  const { afterMs, cancelAskedMs } = run.task
  const own = told !== null && told.startedMs > (afterMs ?? 0) ? told : null
  if (own === null)
    return cancelAskedMs === null
      ? ask(run, context, source)
      : end(run, context, { ...run.task, status: 'CANCELLED' }, cancelledWords(run.task))
  const task = await note(run, context, run.task, own)
  switch (own.status) {
    case 'COMPLETED':
      return movedAll(run, context, task)
    case 'CANCELLED':
      return end(run, context, task, cancelledWords(task))
    case 'FAILED':
      return end(run, context, { ...task, cancelledBy: null }, failedWords(task))
    default:
      return follow(run, context, { source, task, told: own })
  }
}

async function sourceOf(run: Redrive, context: RedriveContext): Promise<TaskSource> {
  // A queue that is gone is told by SQS itself, by this name.
  const arn = await context.commit((tx) => findQueueArn(tx, run.sourceUrl))
  return { url: run.sourceUrl, arn: arn ?? run.sourceQueue }
}

interface Beginning {
  readonly source: TaskSource
  readonly before: ToldTask | null
}

/** Writes down that SQS is about to be asked, and which task was the latest until then; to be committed before the call. */
async function begin(run: Redrive, context: RedriveContext, { source, before }: Beginning): Promise<Stepped> {
  const backlog = total(await countQueue(context, run.destinationUrl))
  const task: MoveTask = {
    askedMs: context.nowMs(),
    afterMs: before?.startedMs ?? null,
    startedMs: null,
    status: null,
    moved: 0,
    toMove: null,
    failure: null,
    cancelAskedMs: null,
    cancelledBy: null,
    movedAtCancel: null,
  }
  await context.commit(async (tx) => {
    await assertWorked(tx, run.id)
    await updateRedrive(tx, run.id, { task, ...(Number.isFinite(backlog) ? { backlog } : {}) }, context.nowMs())
  })
  return ask(run, context, source)
}

async function ask(run: Redrive, context: RedriveContext, source: TaskSource): Promise<Stepped> {
  const arn =
    run.destinationKind === 'source' ? null : await context.commit((tx) => findQueueArn(tx, run.destinationUrl))
  await startMoveTask(context, source, { destinationArn: arn, perSecond: run.perSecond })
  return { isOver: false, waitMs: AGAIN_MS, topics: topicsOf(run) }
}

/** Stores what SQS tells, where it is news. What a person asked for meanwhile is kept. */
async function note(run: Redrive, context: RedriveContext, known: MoveTask, told: ToldTask): Promise<MoveTask> {
  const { startedMs, status, moved, toMove, failure } = told
  const task = { ...known, startedMs, status, moved, toMove, failure }
  if (JSON.stringify(task) === JSON.stringify(known)) return known
  return context.commit(async (tx) => {
    const { task: latest } = await assertWorked(tx, run.id)
    const merged = { ...task, cancelAskedMs: latest?.cancelAskedMs ?? null, cancelledBy: latest?.cancelledBy ?? null }
    await updateRedrive(tx, run.id, { task: merged }, context.nowMs())
    return merged
  })
}

interface Followed {
  readonly source: TaskSource
  readonly task: MoveTask
  readonly told: ToldTask
}

async function follow(run: Redrive, context: RedriveContext, { source, task, told }: Followed): Promise<Stepped> {
  if (told.status === 'RUNNING' && task.cancelAskedMs !== null && told.handle !== null) {
    const moved = await cancelMoveTask(context, source, told.handle)
    const cancelled = { ...task, movedAtCancel: task.movedAtCancel ?? moved }
    await context.commit((tx) => updateRedrive(tx, run.id, { task: cancelled }, context.nowMs()))
  }
  return { isOver: false, waitMs: AGAIN_MS, topics: topicsOf(run) }
}

async function movedAll(run: Redrive, context: RedriveContext, task: MoveTask): Promise<Stepped> {
  const nowMs = context.nowMs()
  await context.commit(async (tx) => {
    await moveRedrive(tx, run.id, 'moved-all', { trouble: null, movedMs: nowMs }, nowMs)
    const text = `${counted(task.moved, 'message')} moved by SQS.`
    await tellIncident(tx, run, { moment: 'moved', actor: SPILLWAY, text, data: { sent: task.moved } }, nowMs)
  })
  return { isOver: false, waitMs: 0, topics: topicsOf(run) }
}

async function end(run: Redrive, context: RedriveContext, task: MoveTask, reason: string): Promise<Stepped> {
  const nowMs = context.nowMs()
  const endedBy = task.cancelledBy ?? SPILLWAY
  await context.commit(async (tx) => {
    await moveRedrive(tx, run.id, 'stop', { task, reason, trouble: null, endedMs: nowMs, endedBy }, nowMs)
    await tellIncident(tx, run, { moment: 'ended', actor: endedBy, text: reason }, nowMs)
  })
  return { isOver: true, waitMs: 0, topics: topicsOf(run) }
}
