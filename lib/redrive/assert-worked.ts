import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { redriveName, WORKED_STATES } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockRedrive } from '#lib/store/redrives.ts'

/** A person paused or stopped it, or it ended: what was going on goes no further. */
export class NoLongerWorked extends AppError {
  constructor(id: number) {
    super('conflict', `${redriveName(id)} is no longer being worked on.`)
  }
}

/** Locks the redrive and makes sure that it is still to be worked on, so that a pause counts at once. */
export async function assertWorked(tx: Tx, id: number): Promise<Redrive> {
  const run = await lockRedrive(tx, id)
  if (!WORKED_STATES.includes(run.state)) throw new NoLongerWorked(id)
  return run
}
