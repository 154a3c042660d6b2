import { joinRuns, runOfEvent, type FailureRun } from './failure-run.ts'
import {
  OUTCOME_STATUSES,
  type OutcomeEvent,
  type OutcomeFacts,
  type OutcomeReason,
  type OutcomeStatus,
} from './outcome.ts'

/** Where an event stands in the total order of its notification's events. */
export interface OutcomePlace {
  readonly atMs: number
  readonly sequence: string | null
  readonly sentTimestampMs: number | null
  readonly status: OutcomeStatus
  readonly eventKey: string
}

/**
 * What is true of one notification after a set of its events. Every part is a newest or an earliest of them, so the order in which they
 * are folded and how often makes no difference.
 */
export interface OutcomeState {
  /** Place of the newest event; the status and its reasons are that event's. */
  readonly place: OutcomePlace
  readonly reason: OutcomeReason
  readonly reasonDetail: string | null
  readonly rawStatus: string
  readonly rawDetail: string | null
  /** Facts of the newest event that told any, with its place; null until one does. */
  readonly told: { readonly place: OutcomePlace; readonly facts: OutcomeFacts } | null
  /** Earliest event and earliest failure by the events' own time; null when it never failed. */
  readonly firstEventMs: number
  readonly firstFailedMs: number | null
  /** From it follows when the present failure began. */
  readonly run: FailureRun
}

/** The state after one more event. Returns the same object when the event changes nothing (it is known already, or older in every part). */
export function foldOutcome(state: OutcomeState | null, event: OutcomeEvent): OutcomeState {
  const alone = stateOf(event)
  if (state === null) return alone
  const isNewer = compareStates(alone, state) > 0
  const told = newerTold(state.told, alone.told)
  const firstEventMs = Math.min(state.firstEventMs, alone.firstEventMs)
  const firstFailedMs = earliest(state.firstFailedMs, alone.firstFailedMs)
  const run = joinRuns(state.run, alone.run)
  const isSame =
    !isNewer &&
    told === state.told &&
    run === state.run &&
    firstEventMs === state.firstEventMs &&
    firstFailedMs === state.firstFailedMs
  return isSame ? state : { ...(isNewer ? alone : state), told, run, firstEventMs, firstFailedMs }
}

/** The total order of places: time, SQS sequence number, SQS sent timestamp, rank of the status, event key. Absent comes before present. */
export function comparePlaces(a: OutcomePlace, b: OutcomePlace): number {
  return (
    a.atMs - b.atMs ||
    compareSequences(a.sequence, b.sequence) ||
    (a.sentTimestampMs ?? -1) - (b.sentTimestampMs ?? -1) ||
    OUTCOME_STATUSES.indexOf(a.status) - OUTCOME_STATUSES.indexOf(b.status) ||
    compareTexts(a.eventKey, b.eventKey)
  )
}

/** Counted among e-mails: not deleted, no in-app message, no test user. A notification whose facts are not told yet counts. */
export function isCounted(state: OutcomeState): boolean {
  return state.place.status !== 'deleted' && state.told?.facts.isEmail !== false && state.told?.facts.isTest !== true
}

function stateOf(event: OutcomeEvent): OutcomeState {
  const place = { ...event.order, status: event.status, eventKey: event.eventKey }
  return {
    place,
    reason: event.reason,
    reasonDetail: event.reasonDetail,
    rawStatus: event.rawStatus,
    rawDetail: event.rawDetail,
    told: event.facts === null ? null : { place, facts: event.facts },
    firstEventMs: event.order.atMs,
    firstFailedMs: event.status === 'failed' ? event.order.atMs : null,
    run: runOfEvent(event.status, event.order.atMs),
  }
}

type Told = OutcomeState['told']

function newerTold(a: Told, b: Told): Told {
  if (a === null || b === null) return a ?? b
  return (comparePlaces(a.place, b.place) || compareTexts(factsText(a.facts), factsText(b.facts))) >= 0 ? a : b
}

/** Two events that share a place are one event; should their words differ all the same, the choice must not depend on who came first. */
function compareStates(a: OutcomeState, b: OutcomeState): number {
  return comparePlaces(a.place, b.place) || compareTexts(wordsOf(a), wordsOf(b))
}

function wordsOf(state: OutcomeState): string {
  return JSON.stringify([state.reason, state.reasonDetail, state.rawStatus, state.rawDetail])
}

function factsText(facts: OutcomeFacts): string {
  return JSON.stringify(Object.entries(facts).toSorted(([a], [b]) => compareTexts(a, b)))
}

/** Decimal texts of up to 38 digits: more digits is larger once leading zeros are gone. */
function compareSequences(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null)
  const [left, right] = [a.replace(/^0+/u, ''), b.replace(/^0+/u, '')]
  return left.length - right.length || compareTexts(left, right)
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b)
}
