import { FAILURE } from './email-parameters.ts'
import { goOn, raiseAlarm } from './failure-alarm.ts'
import {
  addLateFailure,
  addToOdds,
  beginsBetween,
  isNoSuspicion,
  logOdds,
  neededLogOdds,
  NO_ODDS,
  type FailureOdds,
  type OddsStep,
} from './failure-odds.ts'
import { extendRun, type Run } from './failure-run.ts'
import { ALL, hazardOf, turnDay, usualRateOf, type FailureState, type SegmentWatch } from './failure-state.ts'
import { addRecentEmail, emailsSince } from './recent-count.ts'
import { failureOf, sentAt, type SeenEmail } from './seen-email.ts'
import { countsOf, countUsual, dayOf, NOTHING_USUAL } from './usual-failures.ts'

const HOUR_MS = 3_600_000
const NEW_WATCH: SegmentWatch = { usual: NOTHING_USUAL, odds: NO_ODDS, gapHours: 1, lastMs: 0, run: null }

/** Segments of few values are watched from the start, others from their first failure on, so that the state stays small. */
const isWatchedAlways = (segment: string): boolean => segment === ALL || segment.startsWith('profile:')

/** The state after one more e-mail. Pure. */
export function watchFailures(before: FailureState, seen: SeenEmail): FailureState {
  const state = count(turnDay(before, dayOf(seen.seenMs)), seen)
  const { alarm } = state
  if (alarm === null) return look(state, seen)
  const known = state.segments[alarm.segment]
  if (known === undefined || !seen.segments.includes(alarm.segment)) return state
  const step = stepOf(known, seen)
  return goOn(state, alarm, { seen, watch: timed(known, seen, step), step })
}

const count = (state: FailureState, { isNew, seenMs }: SeenEmail): FailureState =>
  isNew ? { ...state, recent: addRecentEmail(state.recent, seenMs) } : state

function stepOf(watch: SegmentWatch, { seenMs, isFailure, isNew }: SeenEmail): OddsStep {
  const hours = watch.lastMs === 0 ? 1 : Math.max(0, (seenMs - watch.lastMs) / HOUR_MS)
  return { isFailure, isNew, hours }
}

function timed(watch: SegmentWatch, { seenMs, isNew }: SeenEmail, { hours }: OddsStep): SegmentWatch {
  const towards = Math.min(12, hours) - watch.gapHours
  return {
    ...watch,
    lastMs: Math.max(watch.lastMs, seenMs),
    gapHours: isNew ? watch.gapHours + FAILURE.gapWeight * towards : watch.gapHours,
  }
}

interface Suspect {
  readonly segment: string
  readonly excess: number
  readonly run: Run
}

/** Of all segments whose evidence suffices the one with most of it is hit: one cause is one alarm. */
function look(state: FailureState, seen: SeenEmail): FailureState {
  const segments: Record<string, SegmentWatch> = { ...state.segments }
  let worst: Suspect | null = null
  for (const segment of seen.segments) {
    const known = segments[segment]
    if (known === undefined && !seen.isFailure && !isWatchedAlways(segment)) continue
    const watch = advance(known ?? NEW_WATCH, seen, state, segment)
    segments[segment] = watch
    if (!seen.isFailure || watch.run === null || watch.run.failed < FAILURE.leastFailures) continue
    const excess = logOdds(watch.odds) - neededLogOdds(seen.caution)
    if (excess >= 0 && excess > (worst?.excess ?? -1)) worst = { segment, excess, run: watch.run }
  }
  const next = { ...state, segments: seen.isFailure ? bounded(segments) : segments }
  if (worst === null) return next
  const { segment, run } = told(worst, next)
  return raiseAlarm(next, segment, run)
}

/** A segment is named where e-mails of others went meanwhile; where there were none, nothing speaks for it rather than for all. */
function told(worst: Suspect, { segments }: FailureState): Pick<Suspect, 'segment' | 'run'> {
  const all = segments[ALL]?.run ?? null
  const isAll = all !== null && all.failed >= worst.run.failed && all.total < worst.run.total + 2
  return isAll && !isWatchedAlways(worst.segment) ? { segment: ALL, run: all } : worst
}

function advance(watch: SegmentWatch, seen: SeenEmail, state: FailureState, segment: string): SegmentWatch {
  const step = stepOf(watch, seen)
  const hazard = hazardOf(seen.reason, segment, seen.segments)
  const good = seen.isFailure && !seen.isNew ? sentBeforeRun(watch, seen, state) : 0
  const odds = oddsAfter({ watch, seen, state, segment }, { step, hazard, good })
  const isNothing = !(seen.isFailure && seen.isNew) && isNoSuspicion(odds, hazard, watch.gapHours)
  // The failure for which a segment begins to be watched is no fair part of its history.
  const isFirst = watch.lastMs === 0 && !isWatchedAlways(segment)
  const counted = { day: dayOf(seen.seenMs), failed: seen.isFailure ? 1 : 0, total: seen.isNew ? 1 : 0 }
  return {
    ...timed(watch, seen, step),
    usual: isFirst ? watch.usual : countUsual(watch.usual, counted),
    odds,
    run: isNothing ? null : extendRun(watch.run, failureOf(seen, good)),
  }
}

interface Place {
  readonly watch: SegmentWatch
  readonly seen: SeenEmail
  readonly state: FailureState
  readonly segment: string
}

function oddsAfter(
  { watch, seen, state, segment }: Place,
  { step, hazard, good }: { readonly step: OddsStep; readonly hazard: number; readonly good: number },
): FailureOdds {
  if (!seen.isFailure || seen.isNew) return addToOdds(watch.odds, step, () => usualRateOf(state, segment), hazard)
  const begins = beginsBetween(hazard, watch.gapHours)
  return addLateFailure(watch.odds, { good, isOfRun: watch.run !== null, begins }, usualRateOf(state, segment))
}

/** E-mails of the segment that were sent after one that failed late and before its run began. Segments are taken to come at an even share. */
function sentBeforeRun({ run, usual }: SegmentWatch, seen: SeenEmail, { recent, segments }: FailureState): number {
  const since = emailsSince(recent, sentAt(seen)) - (run === null ? 0 : emailsSince(recent, run.fromMs))
  const all = countsOf(segments[ALL]?.usual ?? NOTHING_USUAL).total
  const share = all === 0 ? 1 : Math.min(1, countsOf(usual).total / all)
  return Math.max(0, since) * share
}

/** Drops the segments that were not heard of for longest. */
function bounded(segments: Record<string, SegmentWatch>): Record<string, SegmentWatch> {
  const entries = Object.entries(segments)
  if (entries.length <= FAILURE.mostSegments) return segments
  const kept = entries.toSorted(
    ([a, left], [b, right]) =>
      Number(isWatchedAlways(b)) - Number(isWatchedAlways(a)) || right.lastMs - left.lastMs || (a < b ? -1 : 1),
  )
  return Object.fromEntries(kept.slice(0, FAILURE.mostSegments))
}
