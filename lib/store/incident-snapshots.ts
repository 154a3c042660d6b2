import 'server-only'
import { and, asc, desc, eq, gte, lte, sql } from 'drizzle-orm'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import type { Tx } from './db.ts'
import { incidentSnapshot } from './incident-schema.ts'
import { jsonText } from './json-rows.ts'
import { momentOf, msOf } from './moments.ts'

const MOST_AT_ONE_MOMENT = 1000

/** An incident's figures as they were frozen. */
export interface StoredSnapshot {
  readonly incident: number
  /** Names the snapshot within its incident: the end of the link that leads to it. */
  readonly atMs: number
  readonly figures: IncidentFigures
}

/**
 * Freezes figures and returns them. Their `atMs` names the snapshot; where it is taken by other figures, they get the first free
 * millisecond after it.
 */
export async function insertSnapshot(tx: Tx, incident: number, figures: IncidentFigures): Promise<IncidentFigures> {
  for (let atMs = figures.atMs; atMs < figures.atMs + MOST_AT_ONE_MOMENT; atMs += 1) {
    const frozen = { ...figures, atMs }
    const stored = await tx
      .insert(incidentSnapshot)
      .values({ incident, at: momentOf(atMs), figures: sql`${jsonText(frozen)}::jsonb` })
      .onConflictDoNothing()
      .returning({ at: incidentSnapshot.at })
    if (stored.length > 0) return frozen
  }
  throw new Error(`incident ${incident} has ${MOST_AT_ONE_MOMENT} snapshots at one moment`)
}

/** The snapshot that a link names: the one at `toMs`, else the last before it, else the first; null when there is none at all. */
export async function findSnapshot(tx: Tx, incident: number, toMs: number | null): Promise<StoredSnapshot | null> {
  const of = eq(incidentSnapshot.incident, incident)
  const before =
    toMs === null
      ? []
      : await tx
          .select()
          .from(incidentSnapshot)
          .where(and(of, lte(incidentSnapshot.at, momentOf(toMs))))
          .orderBy(desc(incidentSnapshot.at))
          .limit(1)
  const [row] =
    before.length > 0
      ? before
      : await tx
          .select()
          .from(incidentSnapshot)
          .where(and(of, gte(incidentSnapshot.at, momentOf(0))))
          .orderBy(asc(incidentSnapshot.at))
          .limit(1)
  return row === undefined ? null : snapshotOf(row)
}

function snapshotOf(row: typeof incidentSnapshot.$inferSelect): StoredSnapshot {
  return { incident: row.incident, atMs: msOf(row.at), figures: figuresOf(row.figures) }
}

// Written by insertSnapshot alone, from IncidentFigures, and never changed; fields may only be added to the type as optional ones.
function figuresOf(value: unknown): IncidentFigures {
  return value as IncidentFigures
}
