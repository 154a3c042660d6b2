import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import { listIncidents } from '#lib/store/incidents.ts'
import { closeOnEvidence } from './close-on-evidence.ts'
import type { KnownWithoutAddress } from './gather-evidence.ts'
import type { IncidentContext } from './incident-context.ts'
import { openIncidents } from './open-incidents.ts'
import { tellEntries, tellIncident } from './tell-incident.ts'

/** What is added to the story of an incident this long after its end is still told. */
const TOLD_AFTER_MS = 24 * 3_600_000
const MOST_INCIDENTS = 100

/**
 * What a tick does for incidents: opens and refreshes, ends what evidence ends, and tells entries that others added to a timeline, e.g.
 * those of a redrive. Returns true when anything changed.
 */
export async function tendIncidents(
  tx: Tx,
  context: IncidentContext,
  knownWithoutAddress: KnownWithoutAddress,
): Promise<boolean> {
  const hasOpened = await openIncidents(tx, context)
  const hasClosed = await closeOnEvidence(tx, context, knownWithoutAddress)
  let hasTold = false
  // A redrive proves itself by what is learned after its end, which may come when the incident is over.
  const fromMs = context.nowMs - TOLD_AFTER_MS
  for (const incident of await listIncidents(tx, { fromMs, limit: MOST_INCIDENTS }))
    if ((await tellEntries(tx, incident, context)) > 0) {
      hasTold = true
      if (incident.state !== 'resolved') await tellIncident(tx, incident, context)
    }
  return hasOpened || hasClosed || hasTold
}
