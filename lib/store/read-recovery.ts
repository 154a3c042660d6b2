import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { atMoment, epochMs } from './moments.ts'

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
  const { rows } = await tx.execute<{ recovered: number; firstMs: number | null }>(sql`
    select (select count(*) from outcome where ${isRecovered}) as recovered, ${epochMs(sql`min(first_failed_at)`)} as "firstMs"
    from (select first_failed_at from outcome where ${isRecovered} order by order_at desc limit ${MOST}::int) as latest`)
  const { recovered, firstMs } = rows[0] ?? { recovered: 0, firstMs: null }
  if (firstMs === null) return { recovered, medianMs: null }
  const { rows: medians } = await tx.execute<{ medianMs: number | null }>(sql`
    with healed as (
      select id, first_failed_at from outcome where ${isRecovered} order by order_at desc limit ${MOST}::int
    ), told as (
      select id, event.at, event.is_failed from healed
      join lateral (
        select at, status = 'failed' as is_failed from outcome_event
        where notification_id = id and at >= first_failed_at and status in ('failed', 'accepted', 'delivered')
          -- The same moment for all: the months before it are not even planned for.
          and at >= ${atMoment(firstMs)}
        -- Looked up e-mail by e-mail: joined as a whole, every event since the oldest of the failures would be read.
        offset 0
      ) as event on true
    ), with_failure as (
      select id, at, is_failed, max(at) filter (where is_failed) over (partition by id) as failed_at from told
    ), with_run as (
      select id, at, is_failed, failed_at,
        max(at) filter (where not is_failed and at < failed_at) over (partition by id) as out_before_at
      from with_failure
    ), took as (
      select extract(epoch from min(at) filter (where not is_failed and at >= failed_at)
        - min(at) filter (where is_failed and at >= coalesce(out_before_at, '-infinity'))) * 1000 as ms
      from with_run group by id
    )
    select (percentile_cont(0.5) within group (order by ms))::float8 as "medianMs" from took`)
  return { recovered, medianMs: medians[0]?.medianMs ?? null }
}
