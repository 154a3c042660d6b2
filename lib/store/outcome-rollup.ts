import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { rollupChanges } from '#lib/domain/outcome-rollup.ts'
import type { OutcomeState } from '#lib/domain/outcome-state.ts'
import { arrayRows } from './array-rows.ts'
import type { Tx } from './db.ts'
import { atMoment, momentText } from './moments.ts'

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
  const rows = rollupChanges(moves).map(({ cell, by }) => ({
    hour: momentText(cell.hourMs),
    status: cell.status,
    reason: cell.reason,
    notification_type: cell.notificationType,
    local_office: cell.localOffice,
    contact_domain: cell.contactDomain,
    is_onboarding: cell.isOnboarding,
    count: by,
  }))
  if (rows.length === 0) return
  await tx.execute(sql`
    insert into outcome_rollup as r (hour, status, reason, notification_type, local_office, contact_domain, is_onboarding, count)
    select hour, status, reason, notification_type, local_office, contact_domain, is_onboarding, "count"
    from ${arrayRows('d', COLUMNS, rows)}
    on conflict (hour, status, reason, notification_type, local_office, contact_domain, is_onboarding)
      do update set count = r.count + excluded.count`)
}

/**
 * SQL: the hour of a count lies in the stretch, its end excluded. In two halves, since of two ranges the planner makes one bitmap and reads
 * each page once. One range it would rather walk entry by entry, as the hours lie in order, and go back to the same pages for each: two to
 * three times as long on the embedded store.
 */
export function isHourWithin({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): SQL {
  const middle = atMoment(Math.floor((fromMs + toMs) / 2))
  return sql`((hour >= ${atMoment(fromMs)} and hour < ${middle}) or (hour >= ${middle} and hour < ${atMoment(toMs)}))`
}
