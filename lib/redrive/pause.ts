import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockRedrive, moveRedrive } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'
import { tellIncident } from './tell-incident.ts'

/** Lets a redrive rest after the step that is under way. Throws `conflict` when it does not move messages, and `not_found`. */
export async function pauseRedrive(tx: Tx, id: number, { by, nowMs }: Doer): Promise<Redrive> {
  const run = await lockRedrive(tx, id)
  if (run.way === 'move-task')
    throw new AppError('conflict', `${redriveName(id)} is a move task of SQS, which cannot be paused. Stop it instead.`)
  const line = { atMs: nowMs, by, text: `Paused by ${by}.` }
  const paused = await moveRedrive(tx, id, 'pause', { reason: line.text, story: [...run.story, line] }, nowMs)
  await tellIncident(tx, run, { moment: 'paused', actor: by, text: line.text, turn: run.story.length }, nowMs)
  return paused
}
