import 'server-only'
import { sql } from 'drizzle-orm'
import { isCounted, type OutcomeState } from '#lib/domain/outcome-state.ts'
import type { Tx } from './db.ts'
import { jsonRows } from './json-rows.ts'
import { momentText } from './moments.ts'

const HOUR_MS = 3_600_000
const COLUMNS = [
  ['hour', 'timestamptz'],
  ['status', 'text'],
  ['reason', 'text'],
  ['notification_type', 'text'],
  ['local_office', 'text'],
  ['contact_domain', 'text'],
  ['is_onboarding', 'boolean'],
  ['count', 'integer'],
] as const

/** Moves the counts of `outcome_rollup` for states that changed: one less where each stood, one more where it stands. */
export async function moveRollups(
  tx: Tx,
  moves: Iterable<{ readonly before: OutcomeState | null; readonly after: OutcomeState }>,
): Promise<void> {
  const deltas = new Map<string, number>()
  const add = (state: OutcomeState | null, by: number): void => {
    if (state === null || !isCounted(state)) return
    const key = keyOf(state)
    deltas.set(key, (deltas.get(key) ?? 0) + by)
  }
  for (const { before, after } of moves) {
    add(before, -1)
    add(after, 1)
  }
  // Sorted, so that two writers lock the rows in the same order.
  const rows = [...deltas].filter(([, by]) => by !== 0).toSorted(([a], [b]) => (a < b ? -1 : 1))
  if (rows.length === 0) return
  await tx.execute(sql`
    insert into outcome_rollup as r (hour, status, reason, notification_type, local_office, contact_domain, is_onboarding, count)
    select hour, status, reason, notification_type, local_office, contact_domain, is_onboarding, "count"
    from ${jsonRows('d', COLUMNS, rows.map(rowOf))}
    on conflict (hour, status, reason, notification_type, local_office, contact_domain, is_onboarding)
      do update set count = r.count + excluded.count`)
}

/** One key is one row: its text carries the row's columns. Empty text stands for "not told". */
function keyOf(state: OutcomeState): string {
  const facts = state.told?.facts
  return JSON.stringify([
    momentText(Math.floor(state.place.atMs / HOUR_MS) * HOUR_MS),
    state.place.status,
    state.reason,
    facts?.notificationType ?? '',
    facts?.localOffice ?? '',
    facts?.contactDomain ?? '',
    facts?.isOnboarding ?? false,
  ])
}

function rowOf([key, by]: readonly [string, number]): Record<string, unknown> {
  // Only keyOf makes keys: an array in the order of COLUMNS, without the count.
  const values: unknown[] = [...(JSON.parse(key) as unknown[]), by]
  return Object.fromEntries(COLUMNS.map(([name], index) => [name, values[index]]))
}
