import { sql, type SQL } from 'drizzle-orm'
import type { Recovery } from '#lib/domain/recovery.ts'
import { atMoment, epochMs } from './moments.ts'
import type { Tx } from './orm.ts'

/** How fast e-mails that had failed went out after all. */
export interface RecoverySummary {
  /** Accepted or delivered now, and failed before. */
  readonly count: number
  /** Half of them took at most so long from their first failure; null when there are none. */
  readonly medianSeconds: number | null
  readonly longestSeconds: number | null
}

/** The recovery of one notification (see `recoveryOf`); null when it never failed, has not gone out since, or is not known. */
export async function readRecovery(tx: Tx, id: string): Promise<Recovery | null> {
  const { rows } = await tx.execute<{ failedMs: number; recoveredMs: number }>(sql`
    select ${epochMs(sql`failed_at`)} as "failedMs", ${epochMs(sql`recovered_at`)} as "recoveredMs"
    from (${recoveriesWhere(sql`id = ${id}`)}) as r`)
  return rows[0] ?? null
}

/** E-mails whose last change lies in the range and that are out by now though they had failed. Test users and in-app messages are left out. */
export async function summariseRecoveries(
  tx: Tx,
  query: { readonly fromMs: number; readonly toMs: number; readonly isOnboarding?: boolean },
): Promise<RecoverySummary> {
  const { fromMs, toMs, isOnboarding } = query
  const only = isOnboarding === undefined ? sql`` : sql`and coalesce(is_onboarding, false) = ${isOnboarding}::boolean`
  const { rows } = await tx.execute<{ [K in keyof RecoverySummary]: RecoverySummary[K] }>(sql`
    select count(*) as count,
      percentile_disc(0.5) within group (order by seconds) as "medianSeconds", max(seconds) as "longestSeconds"
    from (
      select extract(epoch from recovered_at - failed_at)::float8 as seconds from (${recoveriesWhere(sql`
        order_at >= ${atMoment(fromMs)} and order_at < ${atMoment(toMs)}
          and is_email is not false and is_test is not true ${only}`)}) as r
    ) as timed`)
  return rows[0] ?? { count: 0, medianSeconds: null, longestSeconds: null }
}

/** The rule of `recoveryOf`. Where the events are past their retention, the newest one of the notification stands for them. */
function recoveriesWhere(condition: SQL): SQL {
  return sql`
    select id, first_failed_at as failed_at, coalesce((
        select min(at) from outcome_event as success
        where success.notification_id = o.id and success.status in ('accepted', 'delivered') and success.at >= failure.last_at
      ), order_at) as recovered_at
    from outcome as o cross join lateral (
      select max(at) as last_at from outcome_event as e where e.notification_id = o.id and e.status = 'failed'
    ) as failure
    where o.status in ('accepted', 'delivered') and first_failed_at is not null and ${condition}`
}
