import 'server-only'
import { SPILLWAY, type IncidentEntry } from '#lib/domain/incident.ts'
import type { Mark } from '#lib/domain/mark.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry, listEntries } from '#lib/store/incident-entries.ts'
import { listMarks } from '#lib/store/marks.ts'

/** A mark this close to the beginning of a fault may have to do with it. */
const NEAR_MS = 30 * 60_000
/** A deploy that was announced to Spillway and its release in Sentry are one change, told at two moments. */
const SAME_MS = 5 * 60_000

/** Puts marks around the beginning of an incident into its timeline, each once, also those that are told late. Returns how many were new. */
export async function addMarks(
  tx: Tx,
  { number, sinceMs }: { readonly number: number; readonly sinceMs: number },
): Promise<number> {
  const marks = await listMarks(tx, { fromMs: sinceMs - NEAR_MS, toMs: sinceMs + NEAR_MS + 1 })
  if (marks.length === 0) return 0
  const told: Pick<IncidentEntry, 'text' | 'atMs'>[] = (await listEntries(tx, number)).filter(isMark)
  const isTold = (mark: Mark): boolean =>
    told.some(({ text, atMs }) => text === mark.title && Math.abs(atMs - mark.atMs) < SAME_MS)
  let added = 0
  for (const mark of marks) {
    if (isTold(mark)) continue
    const { atMs, kind, service, title, version } = mark
    const entry = { incident: number, atMs, kind: 'mark', actor: SPILLWAY, text: title } as const
    const data = { mark: kind, service, version }
    const stored = { ...entry, data, onceKey: `mark ${atMs} ${kind} ${title}` }
    if (!(await addEntry(tx, stored))) continue
    told.push(stored)
    added += 1
  }
  return added
}

function isMark({ kind }: IncidentEntry): boolean {
  return kind === 'mark'
}
