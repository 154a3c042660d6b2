import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { atMoment, epochMs } from './moments.ts'
import { peopleOf, type WithoutRule } from './people-without.ts'

/** Of the people who are without their e-mail now: how many have been so from `sinceMs` on or later. */
export async function countPeopleSince(tx: Tx, rule: WithoutRule, sinceMs: number): Promise<number> {
  const { rows } = await tx.execute<{ total: number }>(sql`
    with person as (${peopleOf(rule)}) select count(*) as total from person where since >= ${atMoment(sinceMs)}`)
  return rows[0]?.total ?? 0
}

/** What is known of e-mails and profiles at all, as evidence for a sentence that says "everyone". */
export interface PeopleEvidence {
  /** At least one onboarding e-mail's outcome is known. */
  readonly hasOutcomes: boolean
  /** An onboarding e-mail to a person is failed, and no event of it names the person: somebody is without theirs and nobody can say who. */
  readonly hasUnnamedFailure: boolean
  /** At least one profile is known. */
  readonly hasProfiles: boolean
  /** Latest and earliest event of any notification, by the events' own time; null while there is none. */
  readonly lastEventMs: number | null
  readonly firstEventMs: number | null
}

const NO_EVIDENCE: PeopleEvidence = {
  hasOutcomes: false,
  hasUnnamedFailure: false,
  hasProfiles: false,
  lastEventMs: null,
  firstEventMs: null,
}

/** Five looks into indexes, however much is stored. */
export async function getPeopleEvidence(tx: Tx): Promise<PeopleEvidence> {
  const { rows } = await tx.execute<{ [K in keyof PeopleEvidence]: PeopleEvidence[K] }>(sql`
    select exists (select 1 from outcome where is_onboarding and is_email and not is_test and status <> 'deleted') as "hasOutcomes",
      exists (
        select 1 from outcome where status = 'failed' and person_ref is null
          and is_onboarding and is_email and not is_test and not is_local_office
      ) as "hasUnnamedFailure",
      exists (select 1 from profile) as "hasProfiles",
      ${epochMs(sql`(select order_at from outcome order by order_at desc limit 1)`)} as "lastEventMs",
      ${epochMs(sql`(select order_at from outcome order by order_at limit 1)`)} as "firstEventMs"`)
  return rows[0] ?? NO_EVIDENCE
}
