import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'
import { listMarks } from '#lib/store/marks.ts'

/** A mark this close to the beginning of a fault may have to do with it. */
const NEAR_MS = 30 * 60_000

/** Puts marks around the beginning of an incident into its timeline, each once, also those that are told late. Returns how many were new. */
export async function addMarks(
  tx: Tx,
  { number, sinceMs }: { readonly number: number; readonly sinceMs: number },
): Promise<number> {
  const marks = await listMarks(tx, { fromMs: sinceMs - NEAR_MS, toMs: sinceMs + NEAR_MS + 1 })
  let added = 0
  for (const { atMs, kind, service, title, version } of marks) {
    const entry = { incident: number, atMs, kind: 'mark', actor: SPILLWAY, text: title } as const
    const data = { mark: kind, service, version }
    if (await addEntry(tx, { ...entry, data, onceKey: `mark ${atMs} ${kind} ${title}` })) added += 1
  }
  return added
}
