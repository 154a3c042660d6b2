import { sql } from 'drizzle-orm'
import type { Db } from '#lib/store/db.ts'

/** Rows of one statement: the embedded store holds a statement's rows in memory. */
const A_STATEMENT = 100_000

export interface Filling {
  /** Numbers the notifications; the same number is the same one. */
  readonly first: number
  readonly count: number
  /** They are spread evenly over this time. */
  readonly fromMs: number
  readonly toMs: number
  /** How many of them are failed, at the end of the time. */
  readonly open: number
}

/**
 * Writes notifications as they stand once they are taken in: state, one event each (failures that were overcome have three) and the
 * counts by hour. Straight into the tables, since it is reading them that is timed.
 */
export async function fillOutcomes(db: Db, filling: Filling): Promise<void> {
  for (let at = 0; at < filling.count; at += A_STATEMENT) {
    const rows = Math.min(A_STATEMENT, filling.count - at)
    await db.transaction(async (tx) => {
      await tx.execute(sql`create temporary table made on commit drop as ${made(filling, at, rows)}`)
      await tx.execute(sql`
        insert into outcome (id, status, reason, raw_status, order_at, order_event_key, facts_at, facts_status, facts_event_key,
          notification_type, is_onboarding, is_email, person_ref, is_test, is_local_office, contact_domain, local_office,
          programme_number, sent_at, first_event_at, first_failed_at, last_good_at, failed_since_at, updated_at)
        select id, status, reason, raw_status, at, id, at, status, id, type, true, true, ref, false, false, domain, office,
          'DEM042', at, at, case when status = 'failed' or has_failed then at - interval '2 hours' end,
          case when status <> 'failed' then at end, case when status = 'failed' then at - interval '2 hours' end, at
        from made`)
      await tx.execute(sql`
        insert into outcome_event (event_key, at, notification_id, status, reason, raw_status, observed_at, is_backfill)
        select id, at, id, status, reason, raw_status, at, true from made
        union all select id || 'a', at - interval '3 hours', id, 'accepted', 'none', 'PENDING', at, true from made where has_failed
        union all select id || 'b', at - interval '2 hours', id, 'failed', 'no_email_address', 'FAILED', at, true from made where has_failed`)
      await tx.execute(sql`
        insert into outcome_rollup (hour, status, reason, notification_type, local_office, contact_domain, is_onboarding, count)
        select date_trunc('hour', at, 'UTC'), status, reason, type, office, domain, true, count(*) from made group by 1, 2, 3, 4, 5, 6
        on conflict (hour, status, reason, notification_type, local_office, contact_domain, is_onboarding)
        do update set count = outcome_rollup.count + excluded.count`)
    })
  }
}

function made({ first, count, fromMs, toMs, open }: Filling, at: number, rows: number) {
  const stepMs = (toMs - fromMs) / count
  const number = sql`n::float8`
  const isOpen = sql`n >= ${first + count - open}::int`
  return sql`
    select 'bench' || lpad(n::text, 19, '0') as id, n,
      to_timestamp((${fromMs}::float8 + (${number} - ${first}::float8) * ${stepMs}::float8) / 1000) as at,
      case when ${isOpen} then 'failed' else 'delivered' end as status,
      case when ${isOpen} then 'no_email_address' else 'none' end as reason,
      case when ${isOpen} then 'FAILED' else 'SENT' end as raw_status,
      not ${isOpen} and n % 50 = 0 as has_failed,
      (array['PROGRAMME_CREATED', 'PROGRAMME_DAY_ONE', 'PROGRAMME_UPDATED_WEEK_12'])[1 + n % 3] as type,
      (array['London', 'Wessex', 'Thames Valley', 'North West', 'South West', 'East Midlands', 'Yorkshire and the Humber'])[1 + n % 7] as office,
      case when ${isOpen} then '' else (array['gmail.com', 'nhs.net', 'example.com', 'doctors.org.uk', 'hotmail.co.uk'])[1 + n % 5] end as domain,
      (100000 + n / 3)::text as ref
    from generate_series(${first + at}::int, ${first + at + rows - 1}::int) as n`
}
