import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { comesBack } from '#lib/domain/redrive.ts'
import { countLedger, type LedgerCounts } from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive } from '#lib/store/redrives.ts'
import { isDrained } from './is-drained.ts'
import { moveMessages } from './move-messages.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { noteIdle, type StepMemory } from './step-memory.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

const IDLE_MS = 250

/** Moves the next messages at the planned rate; ends the run when nothing is left to move, or when too many come back. */
export async function moveRest(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Stepped> {
  const startedMs = performance.now()
  const counts = await context.commit((tx) => countLedger(tx, run.id))
  const sent = counts.sent + counts.deleted
  if (comesBack({ sent, cameBack: counts.cameBack })) return cameBack(run, context, counts)
  if (isFull(run, counts)) return movedAll(run, context, counts)
  const most = Math.min(10, Math.max(1, Math.ceil(run.perSecond)), roomOf(run, counts))
  const moved = await moveMessages(run, context, { most, isCanary: false, onlyId: null })
  const isIdle = moved.sent + moved.deleted === 0
  const isEmpty = isIdle && moved.toMove === 0
  noteIdle(memory, isEmpty)
  if (isEmpty && (await isDrained(run, context, memory))) return movedAll(run, context, counts)
  const paceMs = (moved.sent / run.perSecond) * 1000 - (performance.now() - startedMs)
  const topics = isIdle && moved.cameBack === 0 ? [] : topicsOf(run)
  return { isOver: false, waitMs: isIdle ? IDLE_MS : Math.max(0, paceMs), topics }
}

/** The planned number is moved, and nothing hangs half way. */
function isFull({ mostMessages }: Redrive, { read, sending, sent, deleted }: LedgerCounts): boolean {
  return mostMessages !== null && deleted >= mostMessages && read + sending + sent === 0
}

/** Never 0: rows that hang half way are met again by receiving. */
function roomOf({ mostMessages }: Redrive, { read, sending, sent, deleted }: LedgerCounts): number {
  if (mostMessages === null) return 10
  return read + sending + sent > 0 ? 10 : Math.max(1, mostMessages - deleted)
}

async function cameBack(run: Redrive, context: RedriveContext, counts: LedgerCounts): Promise<Stepped> {
  const nowMs = context.nowMs()
  const sent = counts.sent + counts.deleted
  const reason = `${counts.cameBack} of ${counted(sent, 'message')} came back: the consumer still cannot process them.`
  await context.commit(async (tx) => {
    await moveRedrive(tx, run.id, 'came-back', { reason, endedMs: nowMs, endedBy: SPILLWAY }, nowMs)
    await tellIncident(
      tx,
      run,
      { moment: 'came-back', actor: SPILLWAY, text: reason, data: { cameBack: counts.cameBack } },
      nowMs,
    )
  })
  return { isOver: true, waitMs: 0, topics: topicsOf(run) }
}

async function movedAll(run: Redrive, context: RedriveContext, counts: LedgerCounts): Promise<Stepped> {
  const nowMs = context.nowMs()
  const sent = counts.sent + counts.deleted
  await context.commit(async (tx) => {
    await moveRedrive(tx, run.id, 'moved-all', { trouble: null, movedMs: nowMs }, nowMs)
    const text = `${counted(sent, 'message')} moved.`
    await tellIncident(tx, run, { moment: 'moved', actor: SPILLWAY, text, data: { sent } }, nowMs)
  })
  return { isOver: false, waitMs: 0, topics: topicsOf(run) }
}
