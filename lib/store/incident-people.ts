import 'server-only'
import { and, asc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { BOUNCE_REASONS, type OutcomeReason } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { incidentPerson } from './incident-schema.ts'
import { jsonTexts } from './json-rows.ts'
import { atMoment, msOf } from './moments.ts'
import { IS_ONBOARDING_TO_PERSON, peopleOf, type WithoutRule } from './people-without.ts'

/** Why a person remains without although the fault is over. */
export const NO_ADDRESS = 'no_email_address'
export const BOUNCED = 'bounced'

/** A person whom an incident affected. */
export interface AffectedPerson {
  readonly ref: string
  readonly sinceMs: number
  /** When the e-mail went out that ended it; null while they are without. */
  readonly healedMs: number | null
  /** Why they remain: `no_email_address` or `bounced`; null otherwise. */
  readonly note: string | null
}

/** Which of the people without an incident accounts for. */
export interface Affecting {
  readonly incident: number
  /** Those who are without since then or later. */
  readonly sinceMs: number
  /** Failures that it explains. */
  readonly reasons: readonly OutcomeReason[]
  /** It explains e-mails that are overdue, and profiles without any, too. */
  readonly explainsSilence: boolean
}

/** Adds whoever became without, and marks as without again, from their new beginning on, whoever was healed before. Returns the number of those. */
export async function addAffected(tx: Tx, affecting: Affecting, rule: WithoutRule): Promise<number> {
  const { incident, sinceMs, reasons, explainsSilence } = affecting
  const { rows } = await tx.execute(sql`
    insert into incident_person (incident, ref, since_at)
    select ${incident}::integer, ref, since from (${peopleOf(rule)}) as person
    where since >= ${atMoment(sinceMs)}
      and case when why = 'failed' then reason = any(${jsonTexts(reasons)}) else ${explainsSilence}::boolean end
    order by ref
    on conflict (incident, ref) do update set healed_at = null, since_at = excluded.since_at where incident_person.healed_at is not null
    returning ref`)
  return rows.length
}

/** Marks as healed whoever is without no longer and has an e-mail that went out since. Returns the number of those. */
export async function healAffected(tx: Tx, incident: number, rule: WithoutRule): Promise<number> {
  const { rows } = await tx.execute(sql`
    update incident_person as affected set healed_at = good.at, note = null
    from (${goodOutcomesOf(incident)}) as good
    where affected.incident = ${incident}::integer and affected.healed_at is null and good.ref = affected.ref
      and good.at >= affected.since_at
      and not exists (select from (${peopleOf(rule)}) as person where person.ref = affected.ref)
    returning affected.ref`)
  return rows.length
}

/** The latest e-mail that went out to each person who is not healed. */
function goodOutcomesOf(incident: number): SQL {
  return sql`
    select person_ref as ref, max(order_at) as at from outcome
    where person_ref in (select ref from incident_person where incident = ${incident}::integer and healed_at is null)
      and status in ('accepted', 'delivered') and ${IS_ONBOARDING_TO_PERSON}
    group by person_ref`
}

/** Notes for people who are without that the source has no address of theirs; for others of the references nothing is done. */
export async function noteNoAddress(tx: Tx, incident: number, refs: readonly string[]): Promise<number> {
  if (refs.length === 0) return 0
  const { rows } = await tx.execute(sql`
    update incident_person set note = ${NO_ADDRESS}
    where incident = ${incident}::integer and healed_at is null and note is null and ref = any(${jsonTexts(refs)})
    returning ref`)
  return rows.length
}

/**
 * Notes for people of the incident that their e-mail went out since, and bounced or was complained about: for that they had to be known with
 * an address, so that no message of theirs is lost any more. Not for those of whom an e-mail still fails for another reason.
 */
export async function noteBounced(tx: Tx, incident: number): Promise<number> {
  const bounces = jsonTexts(BOUNCE_REASONS)
  const { rows } = await tx.execute(sql`
    update incident_person as affected set note = ${BOUNCED}
    where incident = ${incident}::integer and healed_at is null and note is null
      and exists (
        select from outcome
        where person_ref = affected.ref and status = 'failed' and reason = any(${bounces})
          and order_at >= affected.since_at and ${IS_ONBOARDING_TO_PERSON}
      )
      and not exists (
        select from outcome
        where person_ref = affected.ref and status = 'failed' and reason <> all(${bounces}) and ${IS_ONBOARDING_TO_PERSON}
      )
    returning ref`)
  return rows.length
}

/** People of an incident, each counted once. */
export interface AffectedCount {
  readonly affected: number
  /** Still without, with no reason outside of the incident. */
  readonly remaining: number
  /** Still without, with a note that says why. */
  readonly excused: number
  /** Those of them whose e-mail went out and bounced. */
  readonly bounced: number
}

export async function countAffected(tx: Tx, incident: number): Promise<AffectedCount> {
  const { rows } = await tx.execute<{ [K in keyof AffectedCount]: number }>(sql`
    select count(*) as affected,
      count(*) filter (where healed_at is null and note is null) as remaining,
      count(*) filter (where healed_at is null and note is not null) as excused,
      count(*) filter (where healed_at is null and note = ${BOUNCED}) as bounced
    from incident_person where incident = ${incident}::integer`)
  return rows[0] ?? { affected: 0, remaining: 0, excused: 0, bounced: 0 }
}

/** People of an incident: those without first, each group by when it began; at most `limit`. */
export async function listAffected(tx: Tx, incident: number, limit: number): Promise<AffectedPerson[]> {
  const rows = await tx
    .select()
    .from(incidentPerson)
    .where(eq(incidentPerson.incident, incident))
    .orderBy(sql`${incidentPerson.healed} is not null`, asc(incidentPerson.since), asc(incidentPerson.ref))
    .limit(limit)
  return rows.map(({ ref, since, healed, note }) => ({ ref, sinceMs: msOf(since), healedMs: msOf(healed), note }))
}

/** References of the people of an incident who are without and of whom it is not known why they remain. */
export async function listRemaining(tx: Tx, incident: number): Promise<string[]> {
  const rows = await tx
    .select({ ref: incidentPerson.ref })
    .from(incidentPerson)
    .where(and(eq(incidentPerson.incident, incident), isNull(incidentPerson.healed), isNull(incidentPerson.note)))
    .orderBy(asc(incidentPerson.ref))
  return rows.map(({ ref }) => ref)
}

/** Profiles created in the range of which no onboarding e-mail is known at all; people of the incident are left out, since they are counted there. */
export async function countWaitingProfiles(
  tx: Tx,
  query: { readonly incident: number; readonly fromMs: number; readonly toMs: number },
): Promise<number> {
  const { rows } = await tx.execute<{ total: number }>(sql`
    select count(*) as total from profile
    where created_at >= ${atMoment(query.fromMs)} and created_at < ${atMoment(query.toMs)} and ref not like '-%'
      and not exists (
        select from outcome where person_ref = profile.ref and status <> 'deleted' and ${IS_ONBOARDING_TO_PERSON}
      )
      and not exists (select from incident_person where incident = ${query.incident}::integer and ref = profile.ref)`)
  return rows[0]?.total ?? 0
}

/** Whether an onboarding e-mail went out at `fromMs` or later. */
export async function hasGoodOutcomeSince(tx: Tx, fromMs: number): Promise<boolean> {
  const { rows } = await tx.execute<{ found: boolean }>(sql`
    select exists (
      select from outcome
      where status in ('accepted', 'delivered') and order_at >= ${atMoment(fromMs)} and ${IS_ONBOARDING_TO_PERSON}
    ) as found`)
  return rows[0]?.found === true
}
