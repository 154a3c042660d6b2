import 'server-only'
import type { Tx } from '#lib/store/db.ts'
import { listOpenIncidents } from '#lib/store/incidents.ts'
import { closeOnEvidence } from './close-on-evidence.ts'
import type { KnownWithoutAddress } from './gather-evidence.ts'
import type { IncidentContext } from './incident-context.ts'
import { openIncidents } from './open-incidents.ts'
import { tellEntries, tellIncident } from './tell-incident.ts'

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
  for (const incident of await listOpenIncidents(tx))
    if ((await tellEntries(tx, incident, context)) > 0) {
      hasTold = true
      await tellIncident(tx, incident, context)
    }
  return hasOpened || hasClosed || hasTold
}
