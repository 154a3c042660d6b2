/**
 * Notices that things fail more often than usual, one by one, without a clock. Pure; the state is plain JSON.
 *
 * The test is a pair of Bernoulli CUSUMs (Page 1954): each sums the log-likelihood ratio "a worse rate against the usual one" and
 * starts anew at zero; `sharp` looks for most failing, `faint` for a rate a few times the usual. Lorden's bound says that with the
 * true usual rate a false alarm comes after e^LIMIT things on average or later. The usual rate is taken at the upper end of what
 * history allows, which only makes alarms rarer.
 */

/** e^11 is 60,000: with 100 e-mails a day and 7 reasons watched by 2 sums each, false alarms stay below one a month. */
const ALARM_LIMIT = 11
/** The same sum turned round: evidence of e^4.6 = 100 to 1 that the rate is back to usual. */
const CALM_LIMIT = 4.6
/** The usual rate is that of about so many of the latest things. */
const MEMORY = 2000
/** What is believed before any history: 1 % with the weight of 50 things. */
const PRIOR = { failed: 0.5, total: 50 }
const LEAST_RATE = 0.003
/** Standard deviations above the mean at which the usual rate is taken. */
const CAUTION = 1.64
const LEAST_HISTORY = 50

/** A stretch of things with failures in it, from its first failure on. Counts things. */
export interface Run {
  readonly sinceMs: number
  readonly lastFailedMs: number
  readonly failed: number
  readonly total: number
}

interface Sum {
  readonly score: number
  /** Null while the score is zero. */
  readonly run: Run | null
}

interface Counts {
  readonly failed: number
  readonly total: number
}

export interface FailureWatch {
  /** History from which the usual rate is known, decayed to the latest `MEMORY` things. */
  readonly usual: Counts
  /** What came since `faint` left zero: becomes history only if no alarm comes of it, so that an incident never looks usual. */
  readonly pending: Counts
  readonly sharp: Sum
  readonly faint: Sum
  /** Set while things fail more than usual. `rate` is that of the run when it was noticed; `calm` grows with evidence of the usual rate. */
  readonly alarm: { readonly run: Run; readonly rate: number; readonly calm: number } | null
}

const ZERO: Counts = { failed: 0, total: 0 }
const REST: Sum = { score: 0, run: null }

/** The state before anything was seen. */
export const CALM: FailureWatch = { usual: ZERO, pending: ZERO, sharp: REST, faint: REST, alarm: null }

/** The usual share of failures by history, 0 to 1; never zero. */
export function usualRate(watch: FailureWatch): number {
  return (watch.usual.failed + PRIOR.failed) / (watch.usual.total + PRIOR.total)
}

/** Whether there is history enough to say what is usual. */
export function wasSeenOften(watch: FailureWatch): boolean {
  return watch.usual.total >= LEAST_HISTORY
}

/** The usual rate at its upper end. */
function cautiousRate(watch: FailureWatch): number {
  const mean = usualRate(watch)
  const deviation = Math.sqrt((mean * (1 - mean)) / (watch.usual.total + PRIOR.total + 1))
  return Math.min(0.5, Math.max(LEAST_RATE, mean + CAUTION * deviation))
}

const sharpRate = (usual: number): number => Math.max(0.6, (1 + usual) / 2)
const faintRate = (usual: number): number => Math.min(0.55, Math.max(0.1, 4 * usual))

/** Log-likelihood ratio of one thing: positive when `rate` explains it better than `usual`. */
function evidence(isFailure: boolean, rate: number, usual: number): number {
  return isFailure ? Math.log(rate / usual) : Math.log((1 - rate) / (1 - usual))
}

const learn = (usual: Counts, seen: Counts): Counts => {
  const kept = Math.min(1, Math.max(0, 1 - seen.total / MEMORY))
  return { failed: usual.failed * kept + seen.failed, total: usual.total * kept + seen.total }
}

function extend(run: Run | null, failedAtMs: number | null, isNew: boolean): Run | null {
  if (failedAtMs === null) return run === null ? null : { ...run, total: run.total + 1 }
  if (run === null) return { sinceMs: failedAtMs, lastFailedMs: failedAtMs, failed: 1, total: 1 }
  const failed = run.failed + 1
  return {
    sinceMs: Math.min(run.sinceMs, failedAtMs),
    lastFailedMs: Math.max(run.lastFailedMs, failedAtMs),
    failed,
    // A good one that turned bad is in the total already, unless it was counted before this run began.
    total: Math.max(failed, run.total + (isNew ? 1 : 0)),
  }
}

function step(sum: Sum, gain: number, failedAtMs: number | null, isNew: boolean): Sum {
  const score = sum.score + gain
  return score <= 0 ? REST : { score, run: extend(sum.run, failedAtMs, isNew) }
}

/** Sums go on until one passes the limit; what is seen while nothing is suspected becomes history at once. */
function watchOn(watch: FailureWatch, failedAtMs: number | null, isNew: boolean): FailureWatch {
  const usual = cautiousRate(watch)
  const isFailure = failedAtMs !== null
  const sharp = step(watch.sharp, evidence(isFailure, sharpRate(usual), usual), failedAtMs, isNew)
  const faint = step(watch.faint, evidence(isFailure, faintRate(usual), usual), failedAtMs, isNew)
  const raised = sharp.score >= ALARM_LIMIT ? sharp.run : faint.score >= ALARM_LIMIT ? faint.run : null
  if (raised !== null) {
    const rate = Math.min(0.5, Math.max(2 * usual, raised.failed / raised.total))
    return { ...watch, pending: ZERO, sharp: REST, faint: REST, alarm: { run: raised, rate, calm: 0 } }
  }
  const pending = {
    failed: watch.pending.failed + (isFailure ? 1 : 0),
    total: watch.pending.total + (isNew ? 1 : 0),
  }
  const isQuiet = sharp.run === null && faint.run === null
  return isQuiet
    ? { usual: learn(watch.usual, pending), pending: ZERO, sharp, faint, alarm: null }
    : { ...watch, pending, sharp, faint }
}

/** Nothing is learned during an alarm; it ends when the usual rate explains what comes far better than the alarm's. */
function watchAlarm(watch: FailureWatch, failedAtMs: number | null, isNew: boolean): FailureWatch {
  if (watch.alarm === null) return watch
  const { rate, calm: before, run } = watch.alarm
  const usual = Math.min(cautiousRate(watch), rate / 2)
  const calm = Math.max(0, before - evidence(failedAtMs !== null, rate, usual))
  if (calm >= CALM_LIMIT) return { ...watch, alarm: null }
  return { ...watch, alarm: { run: extend(run, failedAtMs, isNew) ?? run, rate, calm } }
}

/** One more thing that went well. */
export function addSuccess(watch: FailureWatch): FailureWatch {
  return watch.alarm === null ? watchOn(watch, null, true) : watchAlarm(watch, null, true)
}

/** One more failure at `atMs` (epoch ms). `isNew` is false for a thing that was counted as a success before. */
export function addFailure(watch: FailureWatch, atMs: number, isNew: boolean): FailureWatch {
  return watch.alarm === null ? watchOn(watch, atMs, isNew) : watchAlarm(watch, atMs, isNew)
}
