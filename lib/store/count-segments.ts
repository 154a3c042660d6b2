import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { atMoment } from './moments.ts'
import { isHourWithin } from './outcome-rollup.ts'

export type SegmentKind = 'office' | 'type' | 'domain'

/** Onboarding e-mails of one segment. */
export interface SegmentRow {
  readonly kind: SegmentKind
  readonly value: string
  /** Handed over, delivered or failed in the range: those that had a chance to fail. */
  readonly total: number
  readonly failed: number
  /** The same of the time before the range. */
  readonly usualTotal: number
  readonly usualFailed: number
  /** Failed now, however long ago. */
  readonly open: number
}

const HOUR_MS = 3_600_000

/**
 * E-mails by office, type and mail domain, by the time of their last change and what they are now. Whole hours come from the counts by
 * hour, the first part of an hour from the e-mails themselves, so that the figures are those of the lists behind them.
 */
export async function countSegments(
  tx: Tx,
  range: { readonly fromMs: number; readonly toMs: number; readonly usualFromMs: number },
): Promise<SegmentRow[]> {
  const { fromMs, toMs, usualFromMs } = range
  const wholeMs = Math.min(Math.ceil(fromMs / HOUR_MS) * HOUR_MS, toMs)
  const usualToMs = Math.floor(fromMs / HOUR_MS) * HOUR_MS
  // Summed by segment before it is folded three ways.
  const { rows } = await tx.execute<{ [K in keyof SegmentRow]: SegmentRow[K] }>(sql`
    with told as (
      select status = 'failed' as is_failed, local_office, notification_type, contact_domain, sum(count) as count,
        hour >= ${atMoment(wholeMs)} as is_now, false as is_open
      from outcome_rollup
      where is_onboarding and count <> 0 and status in ('accepted', 'delivered', 'failed')
        and (${isHourWithin({ fromMs: wholeMs, toMs })} or ${isHourWithin({ fromMs: usualFromMs, toMs: usualToMs })})
      group by 1, 2, 3, 4, 6
      union all
      select ${ofOutcome}, 1, true, false from outcome
      where ${IS_COUNTED} and status in ('accepted', 'delivered', 'failed')
        and order_at >= ${atMoment(fromMs)} and order_at < ${atMoment(wholeMs)}
      union all
      select ${ofOutcome}, 1, false, true from outcome where ${IS_COUNTED} and status = 'failed'
    )
    select case when grouping(local_office) = 0 then 'office' when grouping(notification_type) = 0 then 'type' else 'domain' end as kind,
      coalesce(local_office, notification_type, contact_domain) as value,
      coalesce(sum(count) filter (where is_now), 0)::float8 as total,
      coalesce(sum(count) filter (where is_now and is_failed), 0)::float8 as failed,
      coalesce(sum(count) filter (where not is_now and not is_open), 0)::float8 as "usualTotal",
      coalesce(sum(count) filter (where not is_now and not is_open and is_failed), 0)::float8 as "usualFailed",
      coalesce(sum(count) filter (where is_open), 0)::float8 as open
    from told group by grouping sets ((local_office), (notification_type), (contact_domain))
    having coalesce(local_office, notification_type, contact_domain) <> ''
    order by 1, failed desc, total desc, 2`)
  return rows
}

const IS_COUNTED: SQL = sql`is_onboarding and is_email is not false and is_test is not true`
const ofOutcome: SQL = sql`status = 'failed', coalesce(local_office, ''), coalesce(notification_type, ''), coalesce(contact_domain, '')`
