import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { getRedrive, moveRedrive } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'

/** Lets a redrive rest after the step that is under way. */
export async function pauseRedrive(tx: Tx, id: number, { by, nowMs }: Doer): Promise<Redrive> {
  if ((await getRedrive(tx, id)).way === 'move-task')
    throw new AppError('conflict', `${redriveName(id)} is a move task of SQS, which cannot be paused. Stop it instead.`)
  return moveRedrive(tx, id, 'pause', { reason: `Paused by ${by}.` }, nowMs)
}
