import 'server-only'
import { and, desc, eq, gt, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { AppError } from '#lib/domain/errors.ts'
import {
  INCIDENT_SEVERITIES,
  INCIDENT_STATES,
  incidentName,
  type Incident,
  type IncidentSeverity,
  type IncidentState,
} from '#lib/domain/incident.ts'
import type { Tx } from './db.ts'
import { incident } from './incident-schema.ts'
import { momentOf, msOf } from './moments.ts'

/** An incident before it has a number. */
export type NewIncident = Pick<
  Incident,
  'causeKey' | 'service' | 'title' | 'severity' | 'isBlind' | 'sinceMs' | 'openedMs' | 'peopleAffected'
>

/**
 * Opens an incident, or returns null when one is open for its cause: then another transaction was faster. Waits for that one to commit
 * or to roll back, so that of two processes exactly one opens.
 */
export async function insertIncident(tx: Tx, opened: NewIncident): Promise<Incident | null> {
  const { sinceMs, openedMs, ...rest } = opened
  const [row] = await tx
    .insert(incident)
    .values({
      ...rest,
      state: 'open',
      since: momentOf(sinceMs),
      opened: momentOf(openedMs),
      updated: momentOf(openedMs),
      version: 1,
    })
    .onConflictDoNothing({ target: incident.causeKey, where: sql`state <> 'resolved'` })
    .returning()
  return row === undefined ? null : incidentOf(row)
}

/** What may change of an incident. */
export type IncidentChange = Partial<Omit<Incident, 'number' | 'causeKey' | 'openedMs' | 'updatedMs' | 'version'>>

/**
 * Changes an incident as it was read, and returns it as it is then; null when somebody else has changed it since, in which case nothing
 * was done.
 */
export async function updateIncident(
  tx: Tx,
  read: Pick<Incident, 'number' | 'version'>,
  change: IncidentChange,
  atMs: number,
): Promise<Incident | null> {
  const { sinceMs, acknowledgedMs, resolvedMs, healingMs, ...rest } = change
  const [row] = await tx
    .update(incident)
    .set({
      ...rest,
      ...(sinceMs === undefined ? {} : { since: momentOf(sinceMs) }),
      ...(acknowledgedMs === undefined ? {} : { acknowledged: momentOf(acknowledgedMs) }),
      ...(resolvedMs === undefined ? {} : { resolved: momentOf(resolvedMs) }),
      ...(healingMs === undefined ? {} : { healing: momentOf(healingMs) }),
      updated: momentOf(atMs),
      version: sql`${incident.version} + 1`,
    })
    .where(and(eq(incident.number, read.number), eq(incident.version, read.version)))
    .returning()
  return row === undefined ? null : incidentOf(row)
}

/** Throws `not_found` when there is no incident of this number. */
export async function getIncident(tx: Tx, number: number): Promise<Incident> {
  const [row] = await tx.select().from(incident).where(eq(incident.number, number))
  if (row === undefined) throw new AppError('not_found', `There is no incident ${incidentName(number)}.`)
  return incidentOf(row)
}

/** `getIncident`, and holds it until the transaction ends: others wait with their changes. */
export async function lockIncident(tx: Tx, number: number): Promise<Incident> {
  const [row] = await tx.select().from(incident).where(eq(incident.number, number)).for('update')
  if (row === undefined) throw new AppError('not_found', `There is no incident ${incidentName(number)}.`)
  return incidentOf(row)
}

/** Incidents that are not resolved, the oldest fault first. */
export async function listOpenIncidents(tx: Tx): Promise<Incident[]> {
  const rows = await tx.select().from(incident).where(ne(incident.state, 'resolved'))
  return rows.map(incidentOf).toSorted((a, b) => a.sinceMs - b.sinceMs || a.number - b.number)
}

/** The incident of a cause that is not resolved, held until the transaction ends; null without one. */
export async function findOpenIncident(tx: Tx, causeKey: string): Promise<Incident | null> {
  const [row] = await tx
    .select()
    .from(incident)
    .where(and(eq(incident.causeKey, causeKey), ne(incident.state, 'resolved')))
    .for('update')
  return row === undefined ? null : incidentOf(row)
}

/** The incident of a cause that was resolved last, at `fromMs` or later; null without any. */
export async function findResolvedSince(tx: Tx, causeKey: string, fromMs: number): Promise<Incident | null> {
  const [row] = await tx
    .select()
    .from(incident)
    .where(
      and(eq(incident.causeKey, causeKey), eq(incident.state, 'resolved'), gt(incident.resolved, new Date(fromMs - 1))),
    )
    .orderBy(desc(incident.resolved), desc(incident.number))
    .limit(1)
    .for('update')
  return row === undefined ? null : incidentOf(row)
}

/** Incidents that lasted into the range, the newest first, at most `limit`; without a range, all. */
export async function listIncidents(
  tx: Tx,
  query: { readonly fromMs?: number; readonly toMs?: number; readonly limit: number },
): Promise<Incident[]> {
  const { fromMs, toMs, limit } = query
  const rows = await tx
    .select()
    .from(incident)
    .where(
      and(
        toMs === undefined ? undefined : lt(incident.since, momentOf(toMs)),
        fromMs === undefined ? undefined : or(isNull(incident.resolved), gt(incident.resolved, momentOf(fromMs))),
      ),
    )
    .orderBy(desc(incident.number))
    .limit(limit)
  return rows.map(incidentOf)
}

function incidentOf(row: typeof incident.$inferSelect): Incident {
  return {
    number: row.number,
    causeKey: row.causeKey,
    service: row.service,
    title: row.title,
    state: stateOf(row.state),
    severity: severityOf(row.severity),
    isBlind: row.isBlind,
    sinceMs: msOf(row.since),
    openedMs: msOf(row.opened),
    acknowledgedMs: msOf(row.acknowledged),
    acknowledgedBy: row.acknowledgedBy,
    resolvedMs: msOf(row.resolved),
    resolvedBy: row.resolvedBy,
    healingMs: msOf(row.healing),
    waitingFor: row.waitingFor,
    peopleAffected: row.peopleAffected,
    updatedMs: msOf(row.updated),
    version: row.version,
  }
}

/** A state that this version does not know is one that still needs somebody. */
function stateOf(text: string): IncidentState {
  return INCIDENT_STATES.find((each) => each === text) ?? 'open'
}

function severityOf(text: string): IncidentSeverity {
  return INCIDENT_SEVERITIES.find((each) => each === text) ?? 'low'
}
