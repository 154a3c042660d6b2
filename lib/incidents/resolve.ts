import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { nextState, type Incident } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { lockIncident, updateIncident } from '#lib/store/incidents.ts'
import { tooLate, type PersonsVerb } from './acknowledge.ts'
import type { IncidentContext } from './incident-context.ts'
import { tellIncident } from './tell-incident.ts'

/**
 * Ends an incident by a person's word, with the reason, whatever the evidence says. Throws `not_found`, and `conflict` naming who was
 * faster when it is resolved already.
 */
export async function resolve(
  tx: Tx,
  { number, by, reason }: PersonsVerb & { readonly reason: string },
  context: IncidentContext,
): Promise<Incident> {
  const { nowMs } = context
  const incident = await lockIncident(tx, number)
  const state = nextState(incident.state, 'resolve')
  if (state === null) throw new AppError('conflict', tooLate(incident, context))
  const change = { state, resolvedMs: nowMs, resolvedBy: by, waitingFor: null }
  const resolved = await updateIncident(tx, incident, change, nowMs)
  if (resolved === null) throw new Error(`incident ${number} changed while its row was held`)
  const entry = { incident: number, atMs: nowMs, kind: 'resolved', actor: by } as const
  // What was not shown then is part of the story.
  const data = { waitingFor: incident.waitingFor, people: incident.peopleAffected }
  await addEntry(tx, { ...entry, text: `${by} resolved it: ${reason}`, data })
  await tellIncident(tx, resolved, context)
  return resolved
}
