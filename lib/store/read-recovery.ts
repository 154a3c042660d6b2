import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { atMoment } from './moments.ts'

/** How long e-mails took from their failure until they went out. */
export interface RecoverySummary {
  /** E-mails that failed, and went out again with their last change in the range. */
  readonly recovered: number
  /** Half of them took no longer, ms; null where none recovered. */
  readonly medianMs: number | null
}

/** The latest so many are enough for a median, and bound the work. */
const MOST = 2_000

/** Recoveries of onboarding e-mails, each as `recoveryOf` of the domain has it; those whose events are past their retention are counted without a time. */
export async function readRecovery(
  tx: Tx,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<RecoverySummary> {
  const isRecovered = sql`
    first_failed_at is not null and status in ('accepted', 'delivered') and is_onboarding
      and is_email is not false and is_test is not true
      and order_at >= ${atMoment(range.fromMs)} and order_at < ${atMoment(range.toMs)}`
  const { rows } = await tx.execute<{ recovered: number; medianMs: number | null }>(sql`
    with healed as (
      select id, first_failed_at from outcome where ${isRecovered} order by order_at desc limit ${MOST}::int
    ), took as (
      select extract(epoch from good.at - began.at) * 1000 as ms
      from healed
      join lateral (
        select max(at) as at from outcome_event where notification_id = id and at >= first_failed_at and status = 'failed'
      ) as failed on failed.at is not null
      join lateral (
        select min(at) as at from outcome_event
        where notification_id = id and at >= failed.at and status in ('accepted', 'delivered')
      ) as good on good.at is not null
      join lateral (
        select min(e.at) as at from outcome_event e
        where e.notification_id = id and e.at >= first_failed_at and e.status = 'failed' and e.at >= coalesce((
          select max(g.at) from outcome_event g
          where g.notification_id = id and g.at >= first_failed_at and g.at < failed.at and g.status in ('accepted', 'delivered')
        ), '-infinity')
      ) as began on began.at is not null
    )
    select (select count(*) from outcome where ${isRecovered}) as recovered,
      (select percentile_cont(0.5) within group (order by ms) from took)::float8 as "medianMs"`)
  return rows[0] ?? { recovered: 0, medianMs: null }
}
