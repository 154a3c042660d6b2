import 'server-only'
import { sourcesOf } from '#lib/domain/incident-cause.ts'
import type { Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import type { JoinedFinding } from '#lib/store/incident-findings.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import type { IncidentContext } from './incident-context.ts'

/**
 * From when on people may be without because of an incident, epoch ms. Dead letters are seen only after their messages were tried as often as
 * the queue allows, and up to a reading later: whoever they were about was left without before the incident is seen to begin.
 */
export async function affectedFromMs(
  tx: Tx,
  incident: Pick<Incident, 'sinceMs'>,
  findings: readonly JoinedFinding[],
  { settings }: IncidentContext,
): Promise<number> {
  const deadLetters = findings.filter(({ detector }) => detector === 'dlq-not-empty')
  if (deadLetters.length === 0) return incident.sinceMs
  const inventory = await listQueues(tx)
  const readingMs = settings.sources.sqs.everySeconds * 1000
  const begins = deadLetters.map(
    ({ subject, sinceMs }) => sinceMs - readingMs - longestTriesMs(sourcesOf(subject.id, inventory), inventory),
  )
  return Math.min(incident.sinceMs, ...begins)
}

/** How long messages of the queues are tried before they are dead; 0 where the inventory does not tell it. */
function longestTriesMs(names: readonly string[], inventory: readonly StoredQueue[]): number {
  const tries = inventory
    .filter(({ name }) => names.includes(name))
    .map((queue) => (queue.maxReceiveCount ?? 0) * (queue.visibilityTimeoutSeconds ?? 0) * 1000)
  return Math.max(0, ...tries)
}
