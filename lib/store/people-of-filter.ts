import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { NEW_PROFILE_DAYS, rangeStartMs, type PeopleFilter } from '#lib/domain/people-filter.ts'
import { atMoment } from './moments.ts'
import { IS_ONBOARDING_TO_PERSON, peopleOf, type WithoutRule } from './people-without.ts'

/**
 * SQL: one row a person of the filter, with the columns of `peopleOf` and `domain`, `emails` (how many of theirs the filter holds) and
 * `since`: when they began to be without, or the last change of their e-mail.
 */
export function peopleOfFilter(filter: PeopleFilter, rule: WithoutRule): SQL {
  const since = atMoment(rangeStartMs(filter.range, rule.nowMs))
  const { state } = filter
  if (state === 'without' || state === 'failed' || state === 'overdue' || state === 'none') {
    const why = state === 'without' ? sql`` : sql`and why = ${state === 'none' ? 'no_notification' : state}`
    const narrowed = peopleOf(rule, { ofMail: mailCondition(filter), ofProfile: profileCondition(filter, rule) })
    return sql`select * from (${narrowed}) as waiting where since >= ${since} ${why}`
  }
  const isState =
    state === 'recovered'
      ? sql`status in ('accepted', 'delivered') and first_failed_at is not null`
      : sql`status = ${state}`
  const isOver =
    state === 'recovered'
      ? sql`where not exists (select from (${peopleOf(rule)}) as waiting where waiting.ref = sent.ref)`
      : sql``
  return sql`
    select * from (
      select distinct on (person_ref) person_ref as ref, ${state}::text as why, reason, raw_detail as "rawDetail",
        notification_type as "notificationType", local_office as "localOffice", contact_domain as domain,
        count(*) over (partition by person_ref)::int as emails, order_at as since
      from outcome
      where ${IS_ONBOARDING_TO_PERSON} and ${isState} and order_at >= ${since} and ${mailCondition(filter)}
      order by person_ref, order_at desc, id
    ) as sent ${isOver}`
}

/** E-mails that the filter of sent ones holds and that name no person, or went to an office: they are in figures, and in no list of people. */
export function unnamedOfFilter(filter: PeopleFilter, rule: WithoutRule): SQL {
  const since = atMoment(rangeStartMs(filter.range, rule.nowMs))
  const { state } = filter
  const isState =
    state === 'recovered'
      ? sql`status in ('accepted', 'delivered') and first_failed_at is not null`
      : state === 'without' || state === 'none'
        ? sql`status = 'failed'`
        : state === 'overdue'
          ? sql`status = 'scheduled' and sent_at < ${atMoment(rule.nowMs - rule.overdueAfterMs)}`
          : sql`status = ${state}`
  return sql`
    select count(*) as total from outcome
    where ${isState} and is_onboarding and is_email is not false and is_test is not true
      and (person_ref is null or is_local_office) and order_at >= ${since} and ${mailCondition(filter)}`
}

function mailCondition({ reason, office, type, domain, profile }: PeopleFilter): SQL {
  const parts = [
    sql`true`,
    reason === undefined ? null : sql`(status = 'failed' and reason = ${reason})`,
    office === undefined ? null : sql`local_office = ${office}`,
    type === undefined ? null : sql`notification_type = ${type}`,
    domain === undefined ? null : sql`contact_domain = ${domain}`,
    profile === undefined
      ? null
      : sql`${profile === 'new' ? sql`` : sql`not`} exists (
      select from profile where profile.ref = person_ref and created_at >= first_event_at - make_interval(days => ${NEW_PROFILE_DAYS}::int)
    )`,
  ]
  return sql.join(
    parts.filter((part) => part !== null),
    sql` and `,
  )
}

/** A profile without any e-mail has no reason, office, type or domain. */
function profileCondition({ reason, office, type, domain, profile }: PeopleFilter, { nowMs }: WithoutRule): SQL {
  if ([reason, office, type, domain].some((each) => each !== undefined)) return sql`false`
  const isNew = sql`created_at >= ${atMoment(nowMs - NEW_PROFILE_DAYS * 86_400_000)}`
  return profile === undefined ? sql`true` : profile === 'new' ? isNew : sql`not (${isNew})`
}
