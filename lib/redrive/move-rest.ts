import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { missedWords } from '#lib/domain/redrive-missed.ts'
import { countLedger, type LedgerCounts } from '#lib/store/read-ledger.ts'
import { markGone, markUnmet } from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive } from '#lib/store/redrives.ts'
import { lookMs } from '#lib/store/unfinished-stops.ts'
import { limitOf } from './fifo-rules.ts'
import { drainedBy, type Drained } from './drained-by.ts'
import { goesWrong } from './goes-wrong.ts'
import { giveBackLeft, noteLeft } from './left-messages.ts'
import { deleteMet } from './delete-met.ts'
import { missedOf } from './missed-of.ts'
import { moveStretch } from './move-stretch.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, soFarOf, type MovedSoFar, type StepMemory } from './step-memory.ts'
import { stopForReturns } from './stop-itself.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

const IDLE_MS = 250
const UNMET = {
  words: 'not met again before it could be sent',
  problem:
    'It was read and could not be sent at once, and was not met again when the queue was read to its end: others have processed it, it has expired, or somebody else hides it.',
} as const
const NOT_NEEDED = {
  words: 'read and not sent, since others went instead',
  problem:
    'It was read and could not be sent at once, and others went instead, as many as were asked for: it stays where it is, unless somebody has taken it out.',
} as const

/** Moves messages at the planned rate for a while; ends the run when nothing is left to move, or when too many come back. */
export async function moveRest(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  memory.soFar ??= soFarOf(await context.commit((tx) => countLedger(tx, run.id, run.guard?.sinceMs)))
  const soFar = memory.soFar
  if (!goesWrong(run, soFar, context.settings)) {
    const moved = hasMovedAll(run, soFar)
      ? await deleteRest(run, context, memory)
      : await moveStretch(run, context, { memory, soFar })
    if (!goesWrong(run, soFar, context.settings)) {
      const end = await endOf(run, context, { memory, soFar })
      if (end !== null) return movedAll(run, context, { ...end, memory })
      return { isOver: false, waitMs: memory.idleReceives > 0 ? IDLE_MS : 0, topics: moved > 0 ? topicsOf(run) : [] }
    }
  }
  await giveBackLeft(run, context, memory.left)
  return stopForReturns(run, context)
}

interface End {
  readonly counts: LedgerCounts
  /** As many as were asked for are sent. */
  readonly isDone: boolean
  /** How it is known that the source holds nothing more to move; null where it may. */
  readonly drained: Drained | null
}

/** What the ledger says when all is moved: the planned number, and what can be deleted of it, or all that there was; null while it is not. */
async function endOf(
  run: Redrive,
  context: RedriveContext,
  { memory, soFar }: { readonly memory: StepMemory; readonly soFar: MovedSoFar },
): Promise<End | null> {
  const isDone = hasMovedAll(run, soFar)
  const drained = memory.idleReceives > 0 ? await drainedBy(run, context, memory) : null
  if (!isDone && drained === null) return null
  const counts = await context.commit((tx) => countLedger(tx, run.id))
  // What was deleted with an answer that was lost is never met again. Time counts from when this process began to look.
  const { deletingSince } = memory
  const isLate = deletingSince !== null && performance.now() - deletingSince > lookMs(run.holdSeconds)
  // Nothing is sent any more, so that what was read and did not go is not waited for: somebody may have taken it out for good.
  const toDelete = drained !== null || isLate ? 0 : counts.sent
  return !isDone || toDelete === 0 ? { counts, isDone, drained } : null
}

/** Deletes what was sent and is met where it was. Returns how many were. */
async function deleteRest(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<number> {
  memory.deletingSince ??= performance.now()
  const { met, deleted, others } = await deleteMet(run, context, memory.idleReceives)
  const left = others.map((message) => ({ message, isHeld: false, isNewer: false }))
  const saysNothing = await noteLeft(run, context, memory.left, { taken: [], left })
  noteIdle(memory, saysNothing && met === 0)
  return deleted
}

/** As many as were asked for are sent; what is left to do is to delete them. */
function hasMovedAll(run: Redrive, { moved }: MovedSoFar): boolean {
  const most = limitOf(run)
  return most !== null && moved >= most
}

async function movedAll(
  run: Redrive,
  context: RedriveContext,
  { counts, isDone, drained, memory }: End & { readonly memory: StepMemory },
): Promise<Stepped> {
  const nowMs = context.nowMs()
  const sent = counts.sent + counts.deleted
  const { words, problem } = isDone ? NOT_NEEDED : UNMET
  await context.commit(async (tx) => {
    const unmet = await markUnmet(tx, run.id, problem)
    // The queue holds none of them: only the answers to their deletes were lost. That nothing comes does not say so: somebody may hide them.
    if (drained === 'empty') await markGone(tx, run.sourceQueue, nowMs)
    const missed = await missedOf(tx, run, memory.left)
    const change = { trouble: null, movedMs: nowMs, ...(missed === null ? {} : { missed }) }
    await moveRedrive(tx, run.id, 'moved-all', change, nowMs)
    const rest = missedWords(missed, run.selection.messageIds?.length ?? null)
    const gone = unmet === 0 ? '' : ` ${counted(unmet, 'message')} ${words}.`
    const text = `${counted(sent, 'message')} moved.${gone} ${rest ?? ''}`.trimEnd()
    await tellIncident(tx, run, { moment: 'moved', actor: SPILLWAY, text, data: { sent } }, nowMs)
  })
  await giveBackLeft(run, context, memory.left)
  return { isOver: false, waitMs: 0, topics: topicsOf(run) }
}
