import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { getRedrive, updateRedrive } from '#lib/store/redrives.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { QueueCallError } from './ask-sqs.ts'
import { finishStopped } from './finish-stopped.ts'
import { giveBackLeft } from './left-messages.ts'
import { moveRest } from './move-rest.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { stopItself } from './stop-itself.ts'
import { stepMoveTask } from './step-move-task.ts'
import { topicsOf } from './tell-incident.ts'
import { awaitFirst, tryFirst } from './try-first.ts'
import { verify } from './verify.ts'
import { watchRun } from './watch-run.ts'

const FIRST_WAIT_MS = 500
const MOST_WAIT_MS = 15_000
const OVER: Stepped = { isOver: true, waitMs: 0, topics: [] }

/**
 * Takes a redrive one step further, from wherever the ledger says that it stands. A failure of SQS is written down as the redrive's
 * trouble and tried again after a while. Throws what the store throws, and the signal's reason when it is aborted.
 */
export async function stepRedrive(id: number, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  const run = await context.commit((tx) => getRedrive(tx, id))
  try {
    const stepped = await stepOf(run, context, memory)
    memory.failures = 0
    if (run.trouble === null || stepped.isOver) return stepped
    await context.commit((tx) => updateRedrive(tx, id, { trouble: null }, context.nowMs()))
    return { ...stepped, topics: topicsOf(run) }
  } catch (error) {
    // A person paused or stopped it meanwhile: the next step ends what was begun.
    if (error instanceof AppError && error.code === 'conflict') {
      await giveBackLeft(run, context, memory.left)
      return { isOver: false, waitMs: FIRST_WAIT_MS, topics: topicsOf(run) }
    }
    if (!(error instanceof QueueCallError)) throw error
    return noteTrouble(run, context, memory, error)
  }
}

async function stepOf(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  switch (run.state) {
    case 'canary':
      return tryFirst(run, context, memory)
    case 'waiting':
      return awaitFirst(run, context)
    case 'running':
      return run.way === 'move-task' ? stepMoveTask(run, context) : moveWatched(run, context, memory)
    case 'verifying':
      return verify(run, context)
    case 'stopped':
      await giveBackLeft(run, context, memory.left)
      return finishStopped(run, context)
    default:
      await giveBackLeft(run, context, memory.left)
      return OVER
  }
}

/** Moves the rest as fast as the evidence allows, and stops where it speaks against going on. */
async function moveWatched(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  const { perSecond, stop } = await watchRun(run, context, memory)
  if (stop === null) return moveRest({ ...run, perSecond }, context, memory)
  await giveBackLeft(run, context, memory.left)
  return stopItself(run, context, { reason: stop, cameBack: 0 })
}

async function noteTrouble(
  run: Redrive,
  context: RedriveContext,
  memory: StepMemory,
  error: QueueCallError,
): Promise<Stepped> {
  memory.failures += 1
  // A time in which the queue could not be read says nothing of what it holds.
  noteIdle(memory, false)
  const isNew = run.trouble !== error.message
  if (isNew) await context.commit((tx) => updateRedrive(tx, run.id, { trouble: error.message }, context.nowMs()))
  const waitMs = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(memory.failures - 1, 10))
  return { isOver: false, waitMs, topics: isNew ? topicsOf(run) : [] }
}
