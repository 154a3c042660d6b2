import 'server-only'
import { closingVerdict } from '#lib/domain/incident-evidence.ts'
import { incidentName, nextState, SPILLWAY, type Incident } from '#lib/domain/incident.ts'
import { insertAudit } from '#lib/store/audit.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { listOpenIncidents, lockIncident, updateIncident } from '#lib/store/incidents.ts'
import { lockIncidents } from '#lib/store/lock-incidents.ts'
import { gatherEvidence, type KnownWithoutAddress } from './gather-evidence.ts'
import type { IncidentContext } from './incident-context.ts'
import { tellIncident } from './tell-incident.ts'

/**
 * Resolves the open incidents whose end evidence shows, and notes of the others what they still wait for. Call it after `openIncidents`,
 * which brings their people up to date. Returns true when anything changed.
 */
export async function closeOnEvidence(
  tx: Tx,
  context: IncidentContext,
  knownWithoutAddress: KnownWithoutAddress,
): Promise<boolean> {
  await lockIncidents(tx)
  let hasChanged = false
  for (const { number } of await listOpenIncidents(tx)) {
    const incident = await lockIncident(tx, number)
    if (incident.state === 'resolved') continue
    const verdict = closingVerdict(await gatherEvidence(tx, incident, context, knownWithoutAddress))
    const changed = verdict.isOver
      ? await end(tx, incident, verdict.proof, context)
      : await note(tx, incident, verdict.missing, context)
    if (changed) hasChanged = true
  }
  return hasChanged
}

async function end(tx: Tx, incident: Incident, proof: string, context: IncidentContext): Promise<boolean> {
  const { nowMs } = context
  const state = nextState(incident.state, 'resolve')
  if (state === null) return false
  const change = { state, resolvedMs: nowMs, resolvedBy: SPILLWAY, waitingFor: null }
  const resolved = await updateIncident(tx, incident, change, nowMs)
  if (resolved === null) throw new Error(`incident ${incident.number} changed while its row was held`)
  const entry = { incident: incident.number, atMs: nowMs, kind: 'resolved', actor: SPILLWAY } as const
  await addEntry(tx, {
    ...entry,
    text: `Over on evidence: ${proof}`,
    data: { people: resolved.peopleAffected, isBlind: resolved.isBlind },
  })
  const detail = { incident: incidentName(incident.number), proof }
  await insertAudit(tx, { atMs: nowMs, actor: SPILLWAY, action: 'resolve-incident', result: 'done', detail })
  await tellIncident(tx, resolved, context)
  return true
}

async function note(tx: Tx, incident: Incident, waitingFor: string, { nowMs }: IncidentContext): Promise<boolean> {
  if (incident.waitingFor === waitingFor) return false
  return (await updateIncident(tx, incident, { waitingFor }, nowMs)) !== null
}
