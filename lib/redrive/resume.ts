import 'server-only'
import { resumedState } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import { listCanaries } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { getRedrive, resumeRedriveAt } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'

/** Goes on where the first messages stand. Throws `conflict` when it is not paused. */
export async function resumeRedrive(tx: Tx, id: number, { nowMs }: Doer): Promise<Redrive> {
  const run = await getRedrive(tx, id)
  const canaries = await listCanaries(tx, id)
  // Fewer than were asked for, where no more were there.
  const isComplete = canaries.length >= run.canaryMessages || (canaries.length > 0 && run.canaryFate !== 'unknown')
  const isMoved = isComplete && canaries.every(({ state }) => state === 'deleted' || state === 'sent')
  return resumeRedriveAt(tx, id, resumedState({ isMoved, fate: run.canaryFate }), nowMs)
}
