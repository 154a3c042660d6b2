import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { atMoment } from './moments.ts'

/**
 * People of whom the first onboarding e-mail, whatever became of it, was heard of from `sinceMs` on, by the events' own time: those who
 * are named by an e-mail and need not be counted without a name. Test users and mails to local offices are left out.
 */
export async function countPeopleHeardOf(tx: Tx, sinceMs: number): Promise<number> {
  const since = atMoment(sinceMs)
  const isToPerson = sql`is_onboarding and is_email and not is_test and not is_local_office and status <> 'deleted'`
  const { rows } = await tx.execute<{ total: number }>(sql`
    select count(distinct heard.person_ref) as total from outcome heard
    where order_at >= ${since} and first_event_at >= ${since} and person_ref is not null and ${isToPerson}
      and not exists (
        select from outcome earlier
        where earlier.person_ref = heard.person_ref and earlier.first_event_at < ${since}
          and earlier.is_onboarding and earlier.is_email and not earlier.is_local_office and earlier.status <> 'deleted'
      )`)
  return rows[0]?.total ?? 0
}
