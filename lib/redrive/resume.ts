import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { redriveName, resumedState } from '#lib/domain/redrive.ts'
import type { StoryLine } from '#lib/domain/redrive-story.ts'
import type { Tx } from '#lib/store/db.ts'
import { countLedger, listCanaries } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { hasStoppedItself, lockRedrive, resumeRedriveAt } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'
import { tellIncident } from './tell-incident.ts'

/**
 * Goes on where the first messages stand; what stopped by itself, only for somebody who says why it had. Throws `conflict` when it is neither
 * paused nor stopped by itself, when it stopped for another reason than the one that was read, or when another redrive has the queue.
 */
export async function resumeRedrive(
  tx: Tx,
  id: number,
  { by, nowMs, knowing }: Doer & { readonly knowing: string | null },
): Promise<Redrive> {
  const run = await lockRedrive(tx, id)
  if (hasStoppedItself(run)) return resumeKnowing(tx, run, { by, nowMs, knowing })
  const canaries = await listCanaries(tx, id)
  // Fewer than were asked for, where no more were there.
  const isComplete = canaries.length >= run.canaryMessages || (canaries.length > 0 && run.canaryFate !== 'unknown')
  const isMoved = isComplete && canaries.every(({ state }) => state === 'deleted' || state === 'sent')
  const line = { atMs: nowMs, by, text: `${by} let it go on.` }
  const resumed = await resumeRedriveAt(tx, id, resumedState({ isMoved, fate: run.canaryFate }), nowMs, {
    story: [...run.story, line],
  })
  await tellWentOn(tx, run, line)
  return resumed
}

/** Begins slowly again, and is judged anew: by what it sends from now on, and by errors beside those of the last hour. */
async function resumeKnowing(
  tx: Tx,
  run: Redrive,
  { by, nowMs, knowing }: Doer & { readonly knowing: string | null },
): Promise<Redrive> {
  if (knowing !== run.reason)
    throw new AppError(
      'conflict',
      `${redriveName(run.id)} stopped by itself: ${run.reason ?? ''} Say that you know this to let it go on.`,
    )
  const { sent, deleted } = await countLedger(tx, run.id)
  const line = { atMs: nowMs, by, text: `Let go on by ${by}, knowing that it had stopped: ${knowing ?? ''}` }
  const change = {
    pace: null,
    guard: { sinceMs: nowMs, sent: sent + deleted },
    story: [...run.story, line],
  }
  const resumed = await resumeRedriveAt(tx, run.id, 'running', nowMs, change)
  await tellWentOn(tx, run, line)
  return resumed
}

async function tellWentOn(tx: Tx, run: Redrive, { atMs, by, text }: StoryLine): Promise<void> {
  await tellIncident(tx, run, { moment: 'went-on', actor: by, text, turn: run.story.length }, atMs)
}
