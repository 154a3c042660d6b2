import 'server-only'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { ENTRY_KINDS, incidentName, type EntryData, type EntryKind, type IncidentEntry } from '#lib/domain/incident.ts'
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
  return rows.map(entryOf)
}

/** Entries of these kinds of which the outbox has no message, in the order in which they were added. See `entryMessageKey`. */
export async function listUntoldEntries(tx: Tx, incident: number, kinds: readonly EntryKind[]): Promise<StoredEntry[]> {
  const rows = await tx
    .select()
    .from(incidentEntry)
    .where(
      and(
        eq(incidentEntry.incident, incident),
        inArray(incidentEntry.kind, [...kinds]),
        sql`not exists (
          select from outbox
          where outbox.dedupe_key = ${entryMessageKey(incident, '')} || ${incidentEntry.id}::text
        )`,
      ),
    )
    .orderBy(asc(incidentEntry.id))
  return rows.map(entryOf)
}

/** Key in the outbox of the message that tells an entry: `INC-7:entry:31`. */
export function entryMessageKey(incident: number, entry: number | ''): string {
  return `${incidentName(incident)}:entry:${entry}`
}

function entryOf({ id, at, kind, actor, text, data }: typeof incidentEntry.$inferSelect): StoredEntry {
  return {
    id,
    atMs: msOf(at),
    kind: ENTRY_KINDS.find((each) => each === kind) ?? 'note',
    actor,
    text,
    data: dataOf(data),
  }
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
