import 'server-only'
import { sql, type SQL } from 'drizzle-orm'
import { BOUNCE_REASONS } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { isExplained, lacksAddress, type Explained } from './explained-people.ts'
import { jsonTexts } from './json-rows.ts'
import { atMoment, epochMs } from './moments.ts'
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
  /** By the one definition, now. False with no `healedMs`: their e-mail is planned, or was taken back. */
  readonly isWithout: boolean
}

/** Whom the findings of an incident account for. */
export interface Affecting {
  readonly incident: number
  readonly explained: readonly Explained[]
}

/** Adds whoever became without, and marks as without again, from their new beginning on, whoever was healed before. Returns the number of those. */
export async function addAffected(tx: Tx, affecting: Affecting, rule: WithoutRule): Promise<number> {
  const { incident, explained } = affecting
  const { rows } = await tx.execute(sql`
    insert into incident_person (incident, ref, since_at)
    select ${incident}::integer, ref, since from (${peopleOf(rule)}) as person
    where ${isExplained(explained)}
    order by ref
    on conflict (incident, ref) do update set healed_at = null, since_at = excluded.since_at where incident_person.healed_at is not null
    returning ref`)
  return rows.length
}

/**
 * Takes out of an incident whom a finding brought in that turned out to be no part of it: those who are without still, by that very failure.
 * Returns the number of those.
 */
export async function dropAffected(tx: Tx, { incident, explained }: Affecting, rule: WithoutRule): Promise<number> {
  const { rows } = await tx.execute(sql`
    delete from incident_person as affected using (${peopleOf(rule)}) as person
    where affected.incident = ${incident}::integer and affected.healed_at is null and affected.note is null
      and person.ref = affected.ref and person.since = affected.since_at and ${isExplained(explained)}
    returning affected.ref`)
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
 * Notes of the people of an incident what the source said last of their address: those without one, and that it has one meanwhile. Whoever was
 * left without one before `fromMs` has no part in the incident.
 */
export async function noteToldByTheSource(
  tx: Tx,
  { incident, fromMs }: { readonly incident: number; readonly fromMs: number },
): Promise<void> {
  const isOpen = sql`incident = ${incident}::integer and healed_at is null`
  await tx.execute(sql`
    update incident_person set note = ${NO_ADDRESS}
    where ${isOpen} and note is null and ${lacksAddress(sql`incident_person.ref`)}`)
  await tx.execute(sql`
    update incident_person set note = null
    where ${isOpen} and note = ${NO_ADDRESS} and exists (
      select from source_address as said where said.ref = incident_person.ref and said.has_address
        and not exists (
          select from outcome where person_ref = said.ref and status = 'failed' and reason = 'no_email_address'
            and order_at >= said.told_at and ${IS_ONBOARDING_TO_PERSON}
        )
    )`)
  await tx.execute(sql`
    delete from incident_person where ${isOpen} and note = ${NO_ADDRESS} and since_at < ${atMoment(fromMs)}`)
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
  /** Without no longer, and no e-mail of theirs is known to have gone out: it is planned, or was taken back. */
  readonly pending: number
  /** Still without, with a note that says why. */
  readonly excused: number
  /** Those of them whose e-mail went out and bounced. */
  readonly bounced: number
  /** Everybody who is without at that moment, whatever the reason. */
  readonly without: number
}

/** One statement, so that no figure of it is of another moment: who is without because of an incident is never more than who is without. */
export async function countAffected(tx: Tx, incident: number, rule: WithoutRule): Promise<AffectedCount> {
  const { rows } = await tx.execute<{ [K in keyof AffectedCount]: number }>(sql`
    with person as materialized (${peopleOf(rule)}),
      affected as (${affectedNow(incident)})
    select count(*) as affected,
      count(*) filter (where is_without and note is null) as remaining,
      count(*) filter (where not is_without and healed_at is null and note is null) as pending,
      count(*) filter (where is_without and note is not null) as excused,
      count(*) filter (where is_without and note = ${BOUNCED}) as bounced,
      (select count(*) from person) as without
    from affected`)
  return rows[0] ?? { affected: 0, remaining: 0, pending: 0, excused: 0, bounced: 0, without: 0 }
}

/** SQL: people of an incident, and whether each is among those of `person`, by the one definition of "without". */
function affectedNow(incident: number): SQL {
  return sql`
    select ref, since_at, healed_at, note,
      healed_at is null and exists (select from person where person.ref = incident_person.ref) as is_without
    from incident_person where incident = ${incident}::integer`
}

/** People of an incident: those without first, each group by when it began; at most `limit`. */
export async function listAffected(
  tx: Tx,
  incident: number,
  query: { readonly rule: WithoutRule; readonly limit: number },
): Promise<AffectedPerson[]> {
  const { rows } = await tx.execute<{ [K in keyof AffectedPerson]: AffectedPerson[K] }>(sql`
    with person as materialized (${peopleOf(query.rule)}), affected as (${affectedNow(incident)})
    select ref, ${epochMs(sql`since_at`)} as "sinceMs", ${epochMs(sql`healed_at`)} as "healedMs", note, is_without as "isWithout"
    from affected
    order by is_without desc, healed_at is not null, since_at, ref limit ${query.limit}::bigint`)
  return rows
}

/** References of the people of an incident who are without and of whom it is not known why they remain: `remaining` of `countAffected`. */
export async function listRemaining(tx: Tx, incident: number, rule: WithoutRule): Promise<string[]> {
  const { rows } = await tx.execute<{ ref: string }>(sql`
    with person as materialized (${peopleOf(rule)}), affected as (${affectedNow(incident)})
    select ref from affected where is_without and note is null order by ref`)
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
