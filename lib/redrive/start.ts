import 'server-only'
import { archiveName } from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import { findActiveArchive } from '#lib/store/archives.ts'
import { firstWords } from '#lib/domain/redrive.ts'
import type { CheckId } from '#lib/domain/redrive-preflight.ts'
import type { Tx } from '#lib/store/db.ts'
import { listOpenFindings } from '#lib/store/findings.ts'
import { hasUndeleted } from '#lib/store/has-undeleted.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { listHeldGroups } from '#lib/store/message-groups.ts'
import { getRedrive, moveRedrive } from '#lib/store/redrives.ts'
import type { Doer } from './doer.ts'
import { tellIncident } from './tell-incident.ts'

/** Starts a plan: from now on its set of messages is frozen. Throws `conflict` and says who was faster. */
export async function startRedrive(
  tx: Tx,
  id: number,
  { by, nowMs, accepts = [] }: Doer & { readonly accepts?: readonly CheckId[] },
): Promise<Redrive> {
  const plan = await getRedrive(tx, id)
  await requireFree(tx, plan, nowMs)
  const leak = (await listOpenFindings(tx)).find(
    ({ detector, subject }) =>
      detector === 'flow-parity' && subject.kind === 'queue' && subject.id === plan.destinationQueue,
  )
  // A leak is held while messages that were changed are processed: then it is not quiet.
  const isQuiet = leak !== undefined && leak.evidence['changedProcessedMs'] === undefined
  const change = {
    startedBy: by,
    startedMs: nowMs,
    quietSinceMs: isQuiet ? leak.sinceMs : null,
    acceptsInterleaving: plan.acceptsInterleaving || accepts.includes('kind'),
  }
  const isTask = plan.way === 'move-task'
  const started = await moveRedrive(tx, id, isTask ? 'hand-over' : 'start', change, nowMs)
  const text = isTask ? 'started: SQS moves all of them by its own task.' : startedWords(started.canaryMessages)
  await tellIncident(tx, started, { moment: 'started', actor: by, text }, nowMs)
  return started
}

function startedWords(canaryMessages: number): string {
  const fate = canaryMessages === 1 ? 'its fate is' : 'the fate of each is'
  return `started: ${firstWords(canaryMessages)} first, the rest when ${fate} known.`
}

/** An archive takes messages out of the queue too, and a task of SQS knows nothing of held groups and of what was sent before. */
async function requireFree(tx: Tx, { sourceQueue, way }: Redrive, nowMs: number): Promise<void> {
  const archive = await findActiveArchive(tx, sourceQueue)
  if (archive !== null)
    throw new AppError(
      'conflict',
      `${archiveName(archive.id)} takes messages out of ${sourceQueue}; wait for its end, or stop it.`,
    )
  if (way === 'move-task' && (await listHeldGroups(tx, sourceQueue)).size > 0)
    throw new AppError(
      'conflict',
      `Somebody holds a group of ${sourceQueue}, and a move task of SQS would take it too. Plan a redrive by Spillway, or end the hold.`,
    )
  if (way === 'move-task' && (await hasUndeleted(tx, sourceQueue, nowMs)))
    throw new AppError(
      'conflict',
      `${sourceQueue} may still have messages that an earlier redrive has sent, and a move task of SQS would send them twice. Plan a redrive by Spillway: it deletes them by its ledger.`,
    )
}
