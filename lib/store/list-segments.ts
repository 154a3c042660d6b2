import 'server-only'
import { sql } from 'drizzle-orm'
import type { OutcomeReason } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { atMoment } from './moments.ts'
import { reasonOf } from './outcome-row.ts'

/** What onboarding e-mails have been by, as far as it was told. */
export interface Segments {
  readonly reasons: readonly OutcomeReason[]
  readonly offices: readonly string[]
  readonly types: readonly string[]
  readonly domains: readonly string[]
}

/** Of each at most; the most frequent ones. */
const MOST = 100

/** The segments of onboarding e-mails whose last change lies at `fromMs` or later, from the counts by hour. */
export async function listSegments(tx: Tx, fromMs: number): Promise<Segments> {
  const since = atMoment(fromMs)
  const { rows } = await tx.execute<{ kind: string; value: string }>(sql`
    with told as (
      select case when status = 'failed' then reason else '' end as reason, local_office, notification_type, contact_domain, count
      from outcome_rollup where is_onboarding and hour >= ${since} and count > 0
      union all
      -- A failure that is open counts however old it is.
      select reason, coalesce(local_office, ''), coalesce(notification_type, ''), coalesce(contact_domain, ''), 1
      from outcome where status = 'failed' and is_onboarding and order_at < ${since}
    ), counted as (
      select case when grouping(reason) = 0 then 'reason' when grouping(local_office) = 0 then 'office'
          when grouping(notification_type) = 0 then 'type' else 'domain' end as kind,
        coalesce(reason, local_office, notification_type, contact_domain) as value, sum(count) as total
      from told group by grouping sets ((reason), (local_office), (notification_type), (contact_domain))
    )
    select kind, value from (
      select kind, value, row_number() over (partition by kind order by total desc, value) as place from counted where value <> ''
    ) as ranked where place <= ${MOST}::int order by kind, value`)
  const of = (kind: string): string[] => rows.filter((row) => row.kind === kind).map(({ value }) => value)
  return { reasons: of('reason').map(reasonOf), offices: of('office'), types: of('type'), domains: of('domain') }
}
