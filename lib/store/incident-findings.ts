import 'server-only'
import { asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { findingOf, type StoredFinding } from './findings.ts'
import { incidentFinding } from './incident-schema.ts'
import { momentOf, msOf } from './moments.ts'
import { finding } from './schema.ts'

export interface JoinedFinding extends StoredFinding {
  /** When it was put to the incident. */
  readonly joinedMs: number
}

/** Puts a finding to an incident; false when it belongs to one already. */
export async function joinFinding(
  tx: Tx,
  joined: { readonly incident: number; readonly finding: number; readonly atMs: number },
): Promise<boolean> {
  const rows = await tx
    .insert(incidentFinding)
    .values({ incident: joined.incident, finding: joined.finding, joined: momentOf(joined.atMs) })
    .onConflictDoNothing()
    .returning({ finding: incidentFinding.finding })
  return rows.length > 0
}

/** All findings that an incident is made of, open or closed, oldest first. */
export async function listFindingsOf(tx: Tx, incident: number): Promise<JoinedFinding[]> {
  const rows = await tx
    .select()
    .from(incidentFinding)
    .innerJoin(finding, eq(finding.id, incidentFinding.finding))
    .where(eq(incidentFinding.incident, incident))
    .orderBy(asc(finding.since), asc(finding.id))
  return rows.map((row) => ({ ...findingOf(row.finding), joinedMs: msOf(row.incident_finding.joined) }))
}

/** The numbers of the incidents to which findings belong, by the finding's id; those that belong to none are missing. */
export async function incidentsOfFindings(tx: Tx, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ finding: incidentFinding.finding, incident: incidentFinding.incident })
    .from(incidentFinding)
    .where(inArray(incidentFinding.finding, [...ids]))
  return new Map(rows.map((row) => [row.finding, row.incident]))
}

/** Findings that hold now and belong to no incident, oldest first. */
export async function listStrayFindings(tx: Tx): Promise<StoredFinding[]> {
  const rows = await tx
    .select()
    .from(finding)
    .where(
      sql`${isNull(finding.closed)} and not exists (select from incident_finding where incident_finding.finding = ${finding.id})`,
    )
    .orderBy(asc(finding.since), asc(finding.id))
  return rows.map(findingOf)
}
