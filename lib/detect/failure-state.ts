import { FAILURE } from './email-parameters.ts'
import type { FailureOdds, UsualRate } from './failure-odds.ts'
import type { Run } from './failure-run.ts'
import { NONE_RECENT, type RecentCount } from './recent-count.ts'
import { countsOf, foldUsual, NOTHING_USUAL, rateOf, type UsualFailures } from './usual-failures.ts'

/** One segment of the e-mails, watched for failures of one reason. */
export interface SegmentWatch {
  readonly usual: UsualFailures
  readonly odds: FailureOdds
  /** Smoothed time between two e-mails. */
  readonly gapHours: number
  /** The newest e-mail; 0 before the first. */
  readonly lastMs: number
  /** E-mails since the first failure that still counts for anything; null while nothing is suspected. */
  readonly run: Run | null
}

/** Set while e-mails of a segment fail more than usual. */
export interface FailureAlarm {
  readonly segment: string
  readonly run: Run
  /** What was usual when it was noticed. */
  readonly usual: UsualRate
  /** Odds that it goes on, at most even. */
  readonly odds: FailureOdds
  /** E-mails that went well since the last failure. */
  readonly good: number
  /** Share that failed when it was noticed, or when it became worse. */
  readonly peak: number
  /** Odds that it has become worse than that, the e-mails they rest on, and how often it has. */
  readonly worse: FailureOdds
  readonly worseRun: Run | null
  readonly worsened: number
}

/** What is known of the failures of one reason. */
export interface FailureState {
  readonly segments: Readonly<Record<string, SegmentWatch>>
  /** Failures of late over all segments, and how many history expected: how far the usual rates have moved together. */
  readonly drift: { readonly failed: number; readonly expected: number }
  /** E-mails of the last day, of all segments. */
  readonly recent: RecentCount
  /** UTC day up to which history is folded. */
  readonly today: number
  readonly alarm: FailureAlarm | null
}

/** The segment that every e-mail belongs to. */
export const ALL = 'all'

/** The state before anything was seen. */
export const CALM: FailureState = {
  segments: {},
  drift: { failed: 0, expected: 0 },
  recent: NONE_RECENT,
  today: 0,
  alarm: null,
}

/** What is believed of a reason before any history: 1 %, with the weight of 50 e-mails. */
const PRIOR = { rate: 0.01, failures: 0.5 }

function wholeRate(state: FailureState): UsualRate {
  return rateOf(state.segments[ALL]?.usual ?? NOTHING_USUAL, PRIOR.rate, PRIOR.failures)
}

/** How often a segment usually fails: its history, drawn to that of all e-mails as far as it is short, moved as all have moved of late. */
export function usualRateOf(state: FailureState, segment: string): UsualRate {
  const whole = wholeRate(state)
  const own =
    segment === ALL
      ? whole
      : rateOf(state.segments[segment]?.usual ?? NOTHING_USUAL, whole.rate, FAILURE.segmentFailures)
  const { failed, expected } = state.drift
  const moved = (failed + FAILURE.driftFailures) / (expected + FAILURE.driftFailures)
  return {
    rate: Math.min(0.5, Math.max(FAILURE.leastRate, own.rate * moved)),
    variance: own.variance + 1 / (failed + FAILURE.driftFailures) + FAILURE.driftVariance,
  }
}

/** Whether there is history enough to say what is usual. */
export function isUsualKnown(state: FailureState): boolean {
  return countsOf(state.segments[ALL]?.usual ?? NOTHING_USUAL).total >= FAILURE.leastHistory
}

/**
 * Incidents an hour that hit just one of the segments of an e-mail with this reason, as believed beforehand. Where nobody tells whether
 * profiles are new, a part of the belief in incidents of new ones goes to the whole.
 */
export function hazardOf(reason: string, segment: string, segments: readonly string[]): number {
  const weights: Readonly<Record<string, number>> =
    reason === 'no_email_address' ? FAILURE.addressWeights : FAILURE.otherWeights
  const isAlone = segment === ALL && !segments.some((key) => key.startsWith('profile:'))
  const key = isAlone ? 'allAlone' : segment
  const colon = segment.indexOf(':')
  const dimension = colon === -1 ? segment : segment.slice(0, colon)
  return FAILURE.hazardPerHour * (weights[key] ?? weights[dimension] ?? 0)
}

/** History up to a new day. */
export function turnDay(state: FailureState, today: number): FailureState {
  if (today <= state.today) return state
  const { rate } = wholeRate(state)
  const isKnown = isUsualKnown(state)
  const keep = Math.exp(-Math.min(100, today - state.today) / FAILURE.driftDays)
  const drift = { failed: state.drift.failed * keep, expected: state.drift.expected * keep }
  const segments: Record<string, SegmentWatch> = {}
  for (const [key, each] of Object.entries(state.segments)) {
    const { usual, folded } = foldUsual(each.usual, today)
    segments[key] = { ...each, usual }
    if (key !== ALL || !isKnown) continue
    for (const day of folded) {
      drift.failed += day.failed
      drift.expected += day.total * rate
    }
  }
  return { ...state, today, segments, drift }
}
