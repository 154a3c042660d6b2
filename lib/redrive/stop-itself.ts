import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { cameBackWords } from '#lib/domain/redrive-guard.ts'
import { countLedger } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockRedrive, moveRedrive } from '#lib/store/redrives.ts'
import type { RedriveContext, Stepped } from './redrive-context.ts'
import { tellIncident, topicsOf } from './tell-incident.ts'

/** Stops a run of which too much came back. A person may let it go on. */
export async function stopForReturns(run: Redrive, context: RedriveContext): Promise<Stepped> {
  const counts = await context.commit((tx) => countLedger(tx, run.id))
  const causes = { same: counts.sameCause, other: counts.otherCause }
  const reason = cameBackWords(counts.sent + counts.deleted, counts.cameBack, causes)
  return stopItself(run, context, { reason, cameBack: counts.cameBack })
}

/** Stops a run for a reason that a person can read: on its page, in its story for good, and in its incident. */
export async function stopItself(
  run: Redrive,
  context: RedriveContext,
  { reason, cameBack }: { readonly reason: string; readonly cameBack: number },
): Promise<Stepped> {
  const nowMs = context.nowMs()
  await context.commit(async (tx) => {
    const { story } = await lockRedrive(tx, run.id)
    const line = { atMs: nowMs, by: SPILLWAY, text: `Stopped by itself: ${reason}` }
    const change = { reason, endedMs: nowMs, endedBy: SPILLWAY, story: [...story, line] }
    await moveRedrive(tx, run.id, 'came-back', change, nowMs)
    const told = {
      moment: 'came-back',
      actor: SPILLWAY,
      text: line.text,
      turn: story.length,
      data: { cameBack },
    } as const
    await tellIncident(tx, run, told, nowMs)
  })
  return { isOver: true, waitMs: 0, topics: topicsOf(run) }
}
