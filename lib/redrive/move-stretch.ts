import 'server-only'
import { isNarrowed } from '#lib/domain/redrive-selection.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { CallSlots } from './call-slots.ts'
import { limitOf } from './fifo-rules.ts'
import { goesWrong } from './goes-wrong.ts'
import { LedgerPen } from './ledger-pen.ts'
import { noteLeft } from './left-messages.ts'
import { moveMessages, type Mover } from './move-messages.ts'
import type { Pacer } from './pacer.ts'
import type { RedriveContext } from './redrive-context.ts'
import { noteIdle, pacerOf, type MovedSoFar, type StepMemory } from './step-memory.ts'
import { topicsOf } from './tell-incident.ts'

/** So long that starting and ending it cost nothing, and so short that a change of the plan's state from outside is soon seen. */
const STRETCH_MS = 15_000
/** Pages are told so often while it goes on. */
const TELL_MS = 1_000
/**
 * Lanes a call, and in all: while one's call is under way, others wait for their commits, and a commit costs much the same for many as for
 * one. Where SQS answers at once what a kill leaves in `sending` grows with them; at the way to AWS it does not, since receives come last.
 */
const LANES_A_CALL = 60
const MOST_LANES = 400
const BATCH = 10

interface Stretch {
  readonly memory: StepMemory
  readonly soFar: MovedSoFar
}

interface Lanes extends Stretch {
  readonly mover: Mover
  readonly pacer: Pacer
  readonly untilMs: number
  /** Aborted when a lane fails, or the step is to end. */
  readonly end: AbortController
  moved: number
  /** Messages for which rounds under way have asked. */
  asked: number
  hasIdled: boolean
}

/**
 * Moves messages in several lanes at once, with no more calls to SQS under way than the settings allow, until nothing comes any more, too
 * many come back, or a while is over. Returns how many were moved. When a lane fails the others end what they have begun; then throws.
 */
export async function moveStretch(run: Redrive, context: RedriveContext, { memory, soFar }: Stretch): Promise<number> {
  const { concurrency } = context.settings.redrive
  const pen = new LedgerPen(run, context, { isCanary: false, most: run.mostMessages, soFar })
  const lanes: Lanes = {
    memory,
    soFar,
    mover: { run, context: { ...context, slots: new CallSlots(concurrency) }, pen, inHand: new Set(), memory },
    pacer: pacerOf(memory, run),
    untilMs: performance.now() + STRETCH_MS,
    end: new AbortController(),
    moved: 0,
    asked: 0,
    hasIdled: false,
  }
  const telling = setInterval(() => {
    if (lanes.moved > 0) context.publish(topicsOf(run))
  }, TELL_MS)
  try {
    // After a receive that brought nothing, one asks whether there is anything again.
    if (memory.idleReceives > 0) await runRound(lanes)
    if (memory.idleReceives === 0)
      await inAllLanes(lanes, Math.min(MOST_LANES, concurrency * LANES_A_CALL, mostLanes(run)))
    await pen.flush()
  } catch (error) {
    await pen.flush().catch(() => {})
    memory.soFar = null
    throw error
  } finally {
    clearInterval(telling)
  }
  return lanes.moved
}

/**
 * No more lanes than there are batches in a second at the planned rate: what is read is soon sent. In place only one: another could receive
 * what was just sent before its new id is written down, and would take it for the consumer's doing.
 */
function mostLanes({ mode, perSecond }: Redrive): number {
  return mode === 'in-place' ? 1 : Math.max(1, Math.ceil(perSecond / BATCH))
}

async function inAllLanes(lanes: Lanes, count: number): Promise<void> {
  const ended = await Promise.allSettled(Array.from({ length: count }, () => runLane(lanes)))
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason
}

async function runLane(lanes: Lanes): Promise<void> {
  const { mover, end, soFar } = lanes
  try {
    while (goesOn(lanes)) await runRound(lanes)
  } catch (error) {
    end.abort()
    throw error
  }
  if (goesWrong(mover.run, soFar, mover.context.settings)) end.abort()
  mover.context.signal.throwIfAborted()
}

function goesOn(lanes: Lanes): boolean {
  const { mover, end, untilMs, hasIdled, soFar, asked } = lanes
  const most = limitOf(mover.run)
  if (end.signal.aborted || hasIdled || performance.now() > untilMs) return false
  if (most !== null && soFar.moved >= most) return false
  // What is left may be under way already: another receive would only wait for what does not come.
  if (asked > 0 && leftOf(lanes) <= 0) return false
  return !goesWrong(mover.run, soFar, mover.context.settings)
}

async function runRound(lanes: Lanes): Promise<void> {
  const { mover, memory, pacer } = lanes
  const { run, context } = mover
  // Never 0: what hangs half way is met again by receiving.
  const wanted = isNarrowed(run.selection) ? BATCH : leftOf(lanes)
  const most = Math.max(1, Math.min(BATCH, Math.ceil(run.perSecond), wanted))
  lanes.asked += most
  let sent = 0
  try {
    await pacer.take(most, context.signal)
    if (lanes.hasIdled || lanes.end.signal.aborted) return
    const moved = await moveMessages(mover, most)
    sent = moved.sent
    lanes.moved += moved.sent + moved.deleted
    const saysNothing = await noteLeft(run, context, memory.left, moved)
    const isIdle = saysNothing && moved.sent + moved.deleted + moved.toMove === 0
    noteIdle(memory, isIdle)
    lanes.hasIdled ||= isIdle
  } finally {
    lanes.asked -= most
    pacer.giveBack(most - sent)
  }
}

/** How many messages may still be taken, in batches where there is no limit. */
function leftOf({ mover, soFar, asked }: Lanes): number {
  const { mostMessages } = mover.run
  return mostMessages === null ? BATCH : mostMessages - soFar.taken - asked
}
