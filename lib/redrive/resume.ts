import 'server-only'
import { resumedState } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import { findCanary } from '#lib/store/redrive-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { getRedrive, resumeRedriveAt } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'

/** Goes on where the first message stands. Throws `conflict` when it is not paused. */
export async function resumeRedrive(tx: Tx, id: number, { nowMs }: Doer): Promise<Redrive> {
  const run = await getRedrive(tx, id)
  const canary = await findCanary(tx, id)
  const isMoved = canary?.state === 'deleted' || canary?.state === 'sent'
  return resumeRedriveAt(tx, id, resumedState({ isMoved, fate: run.canaryFate }), nowMs)
}
