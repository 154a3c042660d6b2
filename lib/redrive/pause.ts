import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { moveRedrive } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'

/** Lets a redrive rest after the step that is under way. */
export async function pauseRedrive(tx: Tx, id: number, { by, nowMs }: Doer): Promise<Redrive> {
  return moveRedrive(tx, id, 'pause', { reason: `Paused by ${by}.` }, nowMs)
}
