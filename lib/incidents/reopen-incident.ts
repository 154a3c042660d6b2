import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { incidentName, nextState, SPILLWAY, type Incident } from '#lib/domain/incident.ts'
import { insertAudit } from '#lib/store/audit.ts'
import type { Tx } from '#lib/store/db.ts'
import type { StoredFinding } from '#lib/store/findings.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { updateIncident } from '#lib/store/incidents.ts'
import type { IncidentContext } from './incident-context.ts'

/** Opens an incident again whose cause broke again: it keeps its number and story, and somebody has to acknowledge it anew. */
export async function reopenIncident(
  tx: Tx,
  ended: Incident,
  findings: readonly StoredFinding[],
  { nowMs }: IncidentContext,
): Promise<Incident> {
  const name = incidentName(ended.number)
  const state = nextState(ended.state, 'reopen')
  const change = { acknowledgedMs: null, acknowledgedBy: null, resolvedMs: null, resolvedBy: null, healingMs: null }
  const reopened = state === null ? null : await updateIncident(tx, ended, { ...change, state }, nowMs)
  if (reopened === null) throw new AppError('conflict', `${name} was changed by somebody else meanwhile.`)
  await addEntry(tx, {
    incident: ended.number,
    atMs: nowMs,
    kind: 'reopened',
    actor: SPILLWAY,
    text: `It broke again: ${findings[0]?.title ?? ended.title}`,
    data: { resolvedMs: ended.resolvedMs, resolvedBy: ended.resolvedBy, isBlind: ended.isBlind },
  })
  const detail = { incident: name, cause: ended.causeKey }
  await insertAudit(tx, { atMs: nowMs, actor: SPILLWAY, action: 'reopen-incident', result: 'done', detail })
  return reopened
}
