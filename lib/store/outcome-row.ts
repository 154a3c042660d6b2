import 'server-only'
import { failingSinceMs } from '#lib/domain/failure-run.ts'
import {
  OUTCOME_REASONS,
  OUTCOME_STATUSES,
  type OutcomeFacts,
  type OutcomeReason,
  type OutcomeStatus,
} from '#lib/domain/outcome.ts'
import type { OutcomePlace, OutcomeState } from '#lib/domain/outcome-state.ts'
import { momentText, msOf } from './moments.ts'
import type { outcome } from './outcome-schema.ts'

/** Columns of `outcome` with their SQL types, as rows travel to the store. */
export const OUTCOME_COLUMNS = [
  ['id', 'text'],
  ['status', 'text'],
  ['reason', 'text'],
  ['reason_detail', 'text'],
  ['raw_status', 'text'],
  ['raw_detail', 'text'],
  ['order_at', 'timestamptz'],
  ['order_sequence', 'text'],
  ['order_sent_timestamp', 'timestamptz'],
  ['order_event_key', 'text'],
  ['facts_at', 'timestamptz'],
  ['facts_sequence', 'text'],
  ['facts_sent_timestamp', 'timestamptz'],
  ['facts_status', 'text'],
  ['facts_event_key', 'text'],
  ['notification_type', 'text'],
  ['is_onboarding', 'boolean'],
  ['is_email', 'boolean'],
  ['person_ref', 'text'],
  ['is_test', 'boolean'],
  ['is_local_office', 'boolean'],
  ['contact_domain', 'text'],
  ['local_office', 'text'],
  ['programme_number', 'text'],
  ['sent_at', 'timestamptz'],
  ['last_retry_at', 'timestamptz'],
  ['first_event_at', 'timestamptz'],
  ['first_failed_at', 'timestamptz'],
  ['last_good_at', 'timestamptz'],
  ['failures_since_good', 'text'],
  ['failed_since_at', 'timestamptz'],
  ['updated_at', 'timestamptz'],
] as const

export type OutcomeJsonRow = Readonly<Record<(typeof OUTCOME_COLUMNS)[number][0], string | boolean | null>>

/** The row of a state. `updatedMs`: when Spillway took in what changed it last. */
export function rowOfOutcome(id: string, state: OutcomeState, updatedMs: number): OutcomeJsonRow {
  const { place } = state
  return {
    id,
    status: place.status,
    reason: state.reason,
    reason_detail: state.reasonDetail,
    raw_status: state.rawStatus,
    raw_detail: state.rawDetail,
    order_at: momentText(place.atMs),
    order_sequence: place.sequence,
    order_sent_timestamp: momentText(place.sentTimestampMs),
    order_event_key: place.eventKey,
    ...columnsOfFacts(state.told),
    first_event_at: momentText(state.firstEventMs),
    first_failed_at: momentText(state.firstFailedMs),
    last_good_at: momentText(state.run.goodMs),
    failures_since_good: state.run.failedMs.length === 0 ? null : state.run.failedMs.join(' '),
    failed_since_at: momentText(place.status === 'failed' ? failingSinceMs(state.run, state.firstFailedMs) : null),
    updated_at: momentText(updatedMs),
  }
}

/** The state that a stored row holds. */
export function outcomeOfRow(row: typeof outcome.$inferSelect): OutcomeState {
  return {
    place: {
      atMs: msOf(row.orderAt),
      sequence: row.orderSequence,
      sentTimestampMs: msOf(row.orderSentTimestamp),
      status: statusOf(row.status),
      eventKey: row.orderEventKey,
    },
    reason: reasonOf(row.reason),
    reasonDetail: row.reasonDetail,
    rawStatus: row.rawStatus,
    rawDetail: row.rawDetail,
    told: toldOfRow(row),
    firstEventMs: msOf(row.firstEvent),
    firstFailedMs: msOf(row.firstFailed),
    run: { goodMs: msOf(row.lastGood), failedMs: row.failuresSinceGood?.split(' ').map(Number) ?? [] },
  }
}

/** Throws on a text that this version does not know: a guess would count people wrongly. */
export function statusOf(text: string): OutcomeStatus {
  const status = OUTCOME_STATUSES.find((each) => each === text)
  if (status === undefined)
    throw new Error(`the store holds the outcome status ${text}, which this version does not know`)
  return status
}

/** A reason that this version does not know is `other`. */
export function reasonOf(text: string): OutcomeReason {
  return OUTCOME_REASONS.find((each) => each === text) ?? 'other'
}

/** Columns of a notification of which nothing was told yet. */
const NOTHING_TOLD = {
  facts_at: null,
  facts_sequence: null,
  facts_sent_timestamp: null,
  facts_status: null,
  facts_event_key: null,
  notification_type: null,
  is_onboarding: null,
  is_email: null,
  person_ref: null,
  is_test: null,
  is_local_office: null,
  contact_domain: null,
  local_office: null,
  programme_number: null,
  sent_at: null,
  last_retry_at: null,
}

function columnsOfFacts(told: OutcomeState['told']): Record<keyof typeof NOTHING_TOLD, string | boolean | null> {
  if (told === null) return NOTHING_TOLD
  const { place, facts } = told
  return {
    facts_at: momentText(place.atMs),
    facts_sequence: place.sequence,
    facts_sent_timestamp: momentText(place.sentTimestampMs),
    facts_status: place.status,
    facts_event_key: place.eventKey,
    notification_type: facts.notificationType,
    is_onboarding: facts.isOnboarding,
    is_email: facts.isEmail,
    person_ref: facts.personRef,
    is_test: facts.isTest,
    is_local_office: facts.isLocalOffice,
    contact_domain: facts.contactDomain,
    local_office: facts.localOffice,
    programme_number: facts.programmeNumber,
    sent_at: momentText(facts.sentAtMs),
    last_retry_at: momentText(facts.lastRetryMs),
  }
}

function toldOfRow(row: typeof outcome.$inferSelect): OutcomeState['told'] {
  const { factsAt, factsStatus, factsEventKey } = row
  if (factsAt === null || factsStatus === null || factsEventKey === null) return null
  const place: OutcomePlace = {
    atMs: msOf(factsAt),
    sequence: row.factsSequence,
    sentTimestampMs: msOf(row.factsSentTimestamp),
    status: statusOf(factsStatus),
    eventKey: factsEventKey,
  }
  return { place, facts: factsOfRow(row) }
}

/** What is known of a notification besides its status. */
export function factsOfRow(row: typeof outcome.$inferSelect): OutcomeFacts {
  return {
    notificationType: row.notificationType ?? '',
    isOnboarding: row.isOnboarding === true,
    isEmail: row.isEmail === true,
    personRef: row.personRef,
    isTest: row.isTest === true,
    isLocalOffice: row.isLocalOffice === true,
    contactDomain: row.contactDomain,
    localOffice: row.localOffice,
    programmeNumber: row.programmeNumber,
    sentAtMs: msOf(row.sentAt),
    lastRetryMs: msOf(row.lastRetry),
  }
}
