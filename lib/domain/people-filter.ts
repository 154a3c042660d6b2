import { reasonLabel } from './outcome-words.ts'
import { OUTCOME_REASONS, type OutcomeReason } from './outcome.ts'

/**
 * Which people. `without` is failed, overdue or none; each person stands in the first of the three that holds. `recovered`: failed before,
 * sent since, and without no longer. The last three are people with an e-mail in that state.
 */
export const PEOPLE_STATES = [
  'without',
  'failed',
  'overdue',
  'none',
  'recovered',
  'delivered',
  'accepted',
  'scheduled',
] as const
export type PeopleState = (typeof PEOPLE_STATES)[number]

/** How far back: by when a person's present failure began, or by the last change of an e-mail that went out. */
export const PEOPLE_RANGES = ['1h', '6h', '24h', '7d', '30d', '90d', 'all'] as const
export type PeopleRange = (typeof PEOPLE_RANGES)[number]

/** A profile is new to an e-mail whose first event is known no later than so many days after the profile was created. */
export const NEW_PROFILE_DAYS = 30

/** What a list of people is narrowed to; what is not given does not narrow. */
export interface PeopleFilter {
  readonly state: PeopleState
  readonly reason?: OutcomeReason | undefined
  readonly office?: string | undefined
  readonly type?: string | undefined
  readonly domain?: string | undefined
  readonly profile?: 'new' | 'existing' | undefined
  readonly range: PeopleRange
}

const DAY_MS = 86_400_000
const RANGE_MS: Readonly<Record<Exclude<PeopleRange, 'all'>, number>> = {
  '1h': DAY_MS / 24,
  '6h': DAY_MS / 4,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
}

/** Beginning of the range, epoch ms; 0 for all of it. */
export function rangeStartMs(range: PeopleRange, nowMs: number): number {
  return range === 'all' ? 0 : nowMs - RANGE_MS[range]
}

export const STATE_LABELS: Readonly<Record<PeopleState, string>> = {
  without: 'without their e-mail',
  failed: 'e-mail failed',
  overdue: 'e-mail overdue',
  none: 'no e-mail at all',
  recovered: 'failed first, sent since',
  delivered: 'e-mail delivered',
  accepted: 'e-mail handed over',
  scheduled: 'e-mail scheduled',
}

/** True for the states in which a person waits for an e-mail, so that asking for their data again may help. */
export function isWaiting(state: PeopleState): boolean {
  return state === 'without' || state === 'failed' || state === 'overdue' || state === 'none'
}

/** The filter without its range in words: `e-mail failed, no e-mail address, Thames Valley`. */
export function filterWords(filter: PeopleFilter): string {
  const { state, reason, office, type, domain, profile, range } = filter
  const parts = [
    STATE_LABELS[state],
    reason === undefined ? null : reasonLabel(reason),
    office,
    type === undefined ? null : typeLabel(type),
    domain,
    profile === undefined ? null : `${profile} profile`,
    range === 'all'
      ? null
      : `${isWaiting(state) ? 'since' : 'in'} the last ${range.replace('h', ' h').replace('d', ' d')}`,
  ]
  return parts.filter((part) => part !== null && part !== undefined).join(', ')
}

/** `PROGRAMME_DAY_ONE` as people write it. */
export function typeLabel(type: string): string {
  return type.toLowerCase().replaceAll('_', ' ')
}

/** The people behind the open e-mails of a reason; `overdue` is a state of its own. */
export function filterOfReason(reason: string): Partial<PeopleFilter> {
  if (reason === 'overdue') return { state: 'overdue' }
  return { state: 'failed', reason: OUTCOME_REASONS.find((each) => each === reason) ?? 'other' }
}

/** The filter as the query of an address, defaults left out; empty for everybody who is without. */
export function filterQuery(filter: Partial<PeopleFilter>, page = 1): string {
  const query = new URLSearchParams()
  for (const name of ['state', 'reason', 'office', 'type', 'domain', 'profile', 'range'] as const) {
    const value = filter[name]
    if (value !== undefined && value !== DEFAULTS[name]) query.set(name, value)
  }
  if (page > 1) query.set('page', String(page))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

const DEFAULTS: Readonly<Record<string, string>> = { state: 'without', range: 'all' }
