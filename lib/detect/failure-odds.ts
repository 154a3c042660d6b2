import { FAILURE } from './email-parameters.ts'

/**
 * Odds that e-mails of a segment fail more than usual since some moment, one number for each severity that is thought of: the sum over all
 * possible beginnings of their likelihood ratio (Shiryaev 1963, Roberts 1966). Beginnings come with time and not with e-mails, so a
 * failure after a quiet night weighs more than one in a busy minute.
 */
export type FailureOdds = readonly number[]

/** Odds before anything was seen. */
export const NO_ODDS: FailureOdds = FAILURE.severities.map(() => 0)

/** Usual share of failures, and the variance of its logarithm, which says how well it is known. */
export interface UsualRate {
  readonly rate: number
  readonly variance: number
}

/** One e-mail as the odds take it. */
export interface OddsStep {
  readonly isFailure: boolean
  /** False for a failure that was counted as a success before. */
  readonly isNew: boolean
  /** Since the e-mail before. */
  readonly hours: number
}

/** About the logarithm of the odds, from beginning to page, that a decision takes. */
const DECISION_NATS = 8

/**
 * The usual rate as one severity has to take it. A mild severity is decided by many failures, each of which repeats the error of the rate;
 * the mean of rate^n over a log-normal uncertainty is that of a rate larger by exp(n * variance / 2).
 */
function cautiousRate({ rate, variance }: UsualRate, severity: number): number {
  const worse = rate + (1 - rate) * severity
  const information = worse * Math.log(worse / rate) + (1 - worse) * Math.log((1 - worse) / (1 - rate))
  const failures = Math.min(20, (worse * DECISION_NATS) / information)
  return Math.min(0.5, rate * Math.exp((failures * variance) / 2))
}

/**
 * The odds after one more e-mail. `usual` is asked of failures alone: most e-mails go well. `hazardPerHour`: beginnings of an incident in this
 * segment that are believed in beforehand.
 */
export function addToOdds(
  odds: FailureOdds,
  step: OddsStep,
  usual: () => UsualRate,
  hazardPerHour: number,
): FailureOdds {
  const hours = Math.min(FAILURE.mostGapHours, Math.max(FAILURE.leastGapHours, step.hours))
  const begins = step.isNew ? hazardPerHour * hours : 0
  const rate = step.isFailure ? usual() : null
  return odds.map((odd, index) => {
    const severity = FAILURE.severities[index] ?? 0
    const sum = odd + begins * (FAILURE.severityWeights[index] ?? 0)
    if (rate === null) return sum * (1 - severity)
    const cautious = cautiousRate(rate, severity)
    const ratio = 1 + (severity * (1 - cautious)) / cautious
    return sum * (step.isNew ? ratio : ratio / (1 - severity))
  })
}

/** A failure of an e-mail that was counted as a success before, and how many were sent since. */
export interface LateFailure {
  /** E-mails of the segment that were sent after it and before the first of the run; 0 when it is no older than the run. */
  readonly good: number
  /** Whether e-mails before this one are suspected already. */
  readonly isOfRun: boolean
  /** Beginnings that are believed in while e-mails come as usual: hazard times hours between two. */
  readonly begins: number
}

/**
 * The odds after a failure that became known late. What was sent after it and has not failed speaks against an incident, although it came before
 * the news: a few bounces of a large batch are no spike, however closely they follow each other.
 */
export function addLateFailure(odds: FailureOdds, late: LateFailure, usual: UsualRate): FailureOdds {
  return odds.map((odd, index) => {
    const severity = FAILURE.severities[index] ?? 0
    const rate = cautiousRate(usual, severity)
    const ratio = 1 + (severity * (1 - rate)) / rate
    if (late.isOfRun && late.good === 0) return (odd * ratio) / (1 - severity)
    const older = late.isOfRun ? odd : (late.begins * (FAILURE.severityWeights[index] ?? 0)) / severity
    return odd + older * ratio * (1 - severity) ** late.good
  })
}

/** Natural logarithm of the odds over all severities. */
export function logOdds(odds: FailureOdds): number {
  let sum = 1e-300
  for (const odd of odds) sum += odd
  return Math.log(sum)
}

/** Beginnings that are believed in between two e-mails that come every `gapHours`. */
export function beginsBetween(hazardPerHour: number, gapHours: number): number {
  return hazardPerHour * Math.min(FAILURE.mostGapHours, Math.max(FAILURE.leastGapHours, gapHours))
}

/** Whether the odds are no more than what the passing of time brings by itself where e-mails go well and come every `gapHours`. */
export function isNoSuspicion(odds: FailureOdds, hazardPerHour: number, gapHours: number): boolean {
  return logOdds(odds) < Math.log(FAILURE.restFactor * beginsBetween(hazardPerHour, gapHours) * REST)
}

/** What the odds of all severities come to where e-mails go well, for one beginning an e-mail. */
const REST = FAILURE.severities.reduce(
  (sum, severity, index) => sum + (FAILURE.severityWeights[index] ?? 0) / severity,
  0,
)

/**
 * The same odds, at most even: so bounded, they hear evidence of recovery soon. While they are, every severity keeps a small part, since an
 * incident may become milder before it ends.
 */
export function atMostEven(odds: FailureOdds): FailureOdds {
  const over = logOdds(odds)
  if (over <= 0) return odds
  return odds.map((odd, index) =>
    Math.max(odd * Math.exp(-over), FAILURE.milderPart * (FAILURE.severityWeights[index] ?? 0)),
  )
}

/** Logarithm of the odds at which a page is worth its cost; `caution` times as much is asked for. */
export function neededLogOdds(caution: number): number {
  return Math.log(FAILURE.pageCost * caution)
}
