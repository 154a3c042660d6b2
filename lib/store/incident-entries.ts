import 'server-only'
import { asc, eq, sql } from 'drizzle-orm'
import { ENTRY_KINDS, type EntryData, type IncidentEntry } from '#lib/domain/incident.ts'
import type { Tx } from './db.ts'
import { incidentEntry } from './incident-schema.ts'
import { jsonText } from './json-rows.ts'
import { momentOf, msOf } from './moments.ts'

export interface NewEntry extends IncidentEntry {
  /** Number of the incident. */
  readonly incident: number
  /** With it the entry is written once an incident, however often it is added. */
  readonly onceKey?: string
}

export interface StoredEntry extends IncidentEntry {
  readonly id: number
}

/** Adds a line to an incident's timeline; false when it is there already (see `onceKey`). */
export async function addEntry(tx: Tx, entry: NewEntry): Promise<boolean> {
  const { atMs, data, onceKey, ...row } = entry
  const stored = await tx
    .insert(incidentEntry)
    .values({ ...row, at: momentOf(atMs), data: sql`${jsonText(data)}::jsonb`, onceKey: onceKey ?? null })
    .onConflictDoNothing()
    .returning({ id: incidentEntry.id })
  return stored.length > 0
}

/** An incident's timeline, oldest first. */
export async function listEntries(tx: Tx, incident: number): Promise<StoredEntry[]> {
  const rows = await tx
    .select()
    .from(incidentEntry)
    .where(eq(incidentEntry.incident, incident))
    .orderBy(asc(incidentEntry.at), asc(incidentEntry.id))
  return rows.map(({ id, at, kind, actor, text, data }) => ({
    id,
    atMs: msOf(at),
    kind: ENTRY_KINDS.find((each) => each === kind) ?? 'note',
    actor,
    text,
    data: dataOf(data),
  }))
}

/** Data was written as flat JSON; anything else in it is left out. */
function dataOf(value: unknown): EntryData {
  const data: Record<string, string | number | boolean | null> = {}
  if (value === null || typeof value !== 'object') return data
  for (const [key, each] of Object.entries(value))
    if (each === null || typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean')
      data[key] = each
  return data
}
