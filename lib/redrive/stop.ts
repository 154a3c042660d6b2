import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { redriveStateWords, redriveName } from '#lib/domain/redrive.ts'
import type { Tx } from '#lib/store/db.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockRedrive, moveRedrive, updateRedrive } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'
import { tellIncident } from './tell-incident.ts'

/** Ends a redrive for good; what was moved stays moved, what was not stays where it is. */
export async function stopRedrive(tx: Tx, id: number, { by, nowMs }: Doer): Promise<Redrive> {
  const run = await lockRedrive(tx, id)
  if (run.state === 'done' || run.state === 'stopped')
    throw new AppError('conflict', `${redriveName(id)} is over already: it is ${redriveStateWords(run)}.`)
  // SQS goes on until it has ended its task; the loop that follows it says so then.
  if (run.task !== null && run.state === 'running') {
    if (run.task.cancelAskedMs !== null)
      throw new AppError(
        'conflict',
        `${run.task.cancelledBy ?? 'Somebody'} asked for the end of ${redriveName(id)} already.`,
      )
    await updateRedrive(tx, id, { task: { ...run.task, cancelAskedMs: nowMs, cancelledBy: by } }, nowMs)
    return run
  }
  const change = { reason: `Stopped by ${by}.`, endedMs: nowMs, endedBy: by, trouble: null }
  const stopped = await moveRedrive(tx, id, 'stop', change, nowMs)
  await tellIncident(tx, stopped, { moment: 'ended', actor: by, text: 'stopped.' }, nowMs)
  return stopped
}
