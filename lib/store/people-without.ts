import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import type { OutcomeReason } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { atMoment, epochMs } from './moments.ts'
import { reasonOf } from './outcome-row.ts'

/** Why a person is without their e-mail. */
export type WithoutWhy = 'failed' | 'overdue' | 'no_notification'

/** When is a person without their e-mail? Durations in ms. */
export interface WithoutRule {
  readonly nowMs: number
  /** A profile older than this with no onboarding notification is a person without. */
  readonly withoutAfterMs: number
  /** A scheduled e-mail this long past its planned time is overdue. */
  readonly overdueAfterMs: number
  /** False where no profiles are taken in: then the third reason cannot be told and is not counted. */
  readonly hasProfiles: boolean
}

/** People who can be named, each once, by the first reason that holds: failed, overdue, no notification. */
export interface PeopleWithoutCount {
  readonly named: number
  readonly byFailure: number
  readonly byOverdue: number
  readonly byNoNotification: number
  /** Since when the one who waits longest is without; null when nobody is. See `PersonWithout.sinceMs`. */
  readonly sinceMs: number | null
}

export interface PersonWithout {
  readonly ref: string
  readonly why: WithoutWhy
  /** Of the failure; null for the other reasons. */
  readonly reason: OutcomeReason | null
  readonly rawDetail: string | null
  readonly notificationType: string | null
  readonly localOffice: string | null
  /** Beginning of the present failure, of the e-mail that has failed longest; the planned time of the overdue one; the creation of the profile without any. */
  readonly sinceMs: number
}

/**
 * Counts the people without their onboarding e-mail: an onboarding e-mail addressed to them is failed or overdue as its latest state, or
 * their profile is old enough and none exists. Local-office mails and test users are left out.
 */
export async function countPeopleWithout(tx: Tx, rule: WithoutRule): Promise<PeopleWithoutCount> {
  const { rows } = await tx.execute<{ [K in keyof PeopleWithoutCount]: PeopleWithoutCount[K] }>(sql`
    with person as (${peopleOf(rule)})
    select count(*) as named,
      count(*) filter (where why = 'failed') as "byFailure",
      count(*) filter (where why = 'overdue') as "byOverdue",
      count(*) filter (where why = 'no_notification') as "byNoNotification",
      ${epochMs(sql`min(since)`)} as "sinceMs"
    from person`)
  return rows[0] ?? { named: 0, byFailure: 0, byOverdue: 0, byNoNotification: 0, sinceMs: null }
}

/** One person, if they are without; null where they are not. */
export async function findWithout(tx: Tx, rule: WithoutRule, ref: string): Promise<PersonWithout | null> {
  const only = { ofMail: sql`person_ref = ${ref}`, ofProfile: sql`ref = ${ref}` }
  const { rows } = await tx.execute<WithoutRow>(sql`
    select ref, why, reason, "rawDetail", "notificationType", "localOffice", ${epochMs(sql`since`)} as "sinceMs"
    from (${peopleOf(rule, only)}) as person limit 1`)
  const [row] = rows
  return row === undefined ? null : personOf(row)
}

type WithoutRow = Omit<PersonWithout, 'reason'> & { readonly reason: string | null }

function personOf({ ref, why, reason, rawDetail, notificationType, localOffice, sinceMs }: WithoutRow): PersonWithout {
  return {
    ref,
    why,
    reason: reason === null ? null : reasonOf(reason),
    rawDetail,
    notificationType,
    localOffice,
    sinceMs,
  }
}

/** The people of `countPeopleWithout`, longest without first, at most `limit`; `total` counts all. */
export async function listPeopleWithout(
  tx: Tx,
  rule: WithoutRule & { readonly limit: number },
): Promise<{ readonly persons: PersonWithout[]; readonly total: number }> {
  const { rows } = await tx.execute<WithoutRow & { readonly total: number }>(sql`
    with person as (${peopleOf(rule)})
    select ref, why, reason, "rawDetail", "notificationType", "localOffice", ${epochMs(sql`since`)} as "sinceMs",
      count(*) over () as total
    from person order by since, ref limit ${Math.max(rule.limit, 1)}::bigint`)
  const persons = rows.map(personOf)
  return { persons: persons.slice(0, rule.limit), total: rows[0]?.total ?? 0 }
}

/** Conditions on e-mails and on profiles without any, to narrow who is counted. */
export interface Narrowing {
  readonly ofMail: SQL
  readonly ofProfile: SQL
}

const EVERYBODY: Narrowing = { ofMail: sql`true`, ofProfile: sql`true` }

/** SQL: one row a person: their e-mail that has failed longest, else the one overdue longest, else their profile without any. */
export function peopleOf(rule: WithoutRule, narrowing: Narrowing = EVERYBODY): SQL {
  const overdueBefore = atMoment(rule.nowMs - rule.overdueAfterMs)
  return sql`
    select * from (
      select distinct on (person_ref) person_ref as ref,
        case when status = 'failed' then 'failed' else 'overdue' end as why,
        case when status = 'failed' then reason end as reason,
        case when status = 'failed' then raw_detail end as "rawDetail",
        notification_type as "notificationType", local_office as "localOffice", contact_domain as domain,
        count(*) over (partition by person_ref)::int as emails,
        case when status = 'failed' then failed_since_at else sent_at end as since
      from outcome
      where ${IS_ONBOARDING_TO_PERSON} and (status = 'failed' or (status = 'scheduled' and sent_at < ${overdueBefore}))
        and ${narrowing.ofMail}
      order by person_ref, status, since, id
    ) as troubled
    ${rule.hasProfiles ? sql`union all ${peopleWithNone(rule, narrowing)}` : sql``}`
}

function peopleWithNone(rule: WithoutRule, { ofProfile }: Narrowing): SQL {
  return sql`
    select ref, 'no_notification', null, null, null, null, null, 0, created_at from profile
    where created_at <= ${atMoment(rule.nowMs - rule.withoutAfterMs)} and ref not like '-%' and ${ofProfile}
      and not exists (
        select from outcome where person_ref = profile.ref and status <> 'deleted' and ${IS_ONBOARDING_TO_PERSON}
      )`
}

/** SQL: the outcome is of an onboarding e-mail to a person who is no test user. */
export const IS_ONBOARDING_TO_PERSON = sql`
  is_onboarding and is_email and not is_test and not is_local_office and person_ref is not null`
