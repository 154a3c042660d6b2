import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { incidentName, nextState, type Incident } from '#lib/domain/incident.ts'
import { atWords } from '#lib/domain/when-words.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { lockIncident, updateIncident } from '#lib/store/incidents.ts'
import { clockOf, type IncidentContext } from './incident-context.ts'
import { tellIncident } from './tell-incident.ts'

/** What a person does to an incident. The audit is written by the door through which they came. */
export interface PersonsVerb {
  readonly number: number
  /** Name of the person, as others read it. */
  readonly by: string
}

/**
 * Notes that a person takes care of an incident. Throws `not_found`, and `conflict` naming who was faster when it is acknowledged or
 * resolved already.
 */
export async function acknowledge(tx: Tx, { number, by }: PersonsVerb, context: IncidentContext): Promise<Incident> {
  const { nowMs } = context
  const incident = await lockIncident(tx, number)
  const state = nextState(incident.state, 'acknowledge')
  if (state === null) throw new AppError('conflict', tooLate(incident, context))
  const acknowledged = await updateIncident(tx, incident, { state, acknowledgedMs: nowMs, acknowledgedBy: by }, nowMs)
  if (acknowledged === null) throw new Error(`incident ${number} changed while its row was held`)
  const entry = { incident: number, atMs: nowMs, kind: 'acknowledged', actor: by } as const
  await addEntry(tx, { ...entry, text: `${by} takes care of it`, data: {} })
  await tellIncident(tx, acknowledged, context)
  return acknowledged
}

/** Why a verb comes too late, naming who was faster: `INC-7 was acknowledged by Omar Reid at 14:25.` */
export function tooLate(incident: Incident, context: IncidentContext): string {
  const { nowMs, timeZone } = clockOf(context)
  const isResolved = incident.state === 'resolved'
  const by = isResolved ? incident.resolvedBy : incident.acknowledgedBy
  const atMs = (isResolved ? incident.resolvedMs : incident.acknowledgedMs) ?? incident.updatedMs
  const who = by === null || by === 'spillway' ? 'Spillway' : by
  const verb = isResolved ? 'resolved' : 'acknowledged'
  return `${incidentName(incident.number)} was ${verb} by ${who} ${atWords(atMs, nowMs, timeZone)}.`
}
