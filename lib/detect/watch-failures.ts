import { FAILURE } from './email-parameters.ts'
import { goOn, raiseAlarm } from './failure-alarm.ts'
import { addToOdds, isNoSuspicion, logOdds, NEEDED_LOG_ODDS, NO_ODDS, type OddsStep } from './failure-odds.ts'
import { extendRun, type Run } from './failure-run.ts'
import { ALL, hazardOf, turnDay, usualRateOf, type FailureState, type SegmentWatch } from './failure-state.ts'
import { countUsual, dayOf, NOTHING_USUAL } from './usual-failures.ts'

/** One e-mail as it counts for failures of one reason. */
export interface SeenEmail {
  /** When it happened, by its own account. */
  readonly atMs: number
  /** When it was taken in, which orders e-mails: what they say of themselves may be wrong by years. */
  readonly seenMs: number
  readonly reason: string
  readonly isFailure: boolean
  /** False for a failure that was counted as a success before. */
  readonly isNew: boolean
  /** Keys of the segments that it belongs to: `all`, `office:Thames Valley`. */
  readonly segments: readonly string[]
}

const HOUR_MS = 3_600_000
const NEW_WATCH: SegmentWatch = { usual: NOTHING_USUAL, odds: NO_ODDS, gapHours: 1, lastMs: 0, run: null }

/** Segments of few values are watched from the start, others from their first failure on, so that the state stays small. */
const isWatchedAlways = (segment: string): boolean => segment === ALL || segment.startsWith('profile:')

/** The state after one more e-mail. Pure. */
export function watchFailures(before: FailureState, seen: SeenEmail): FailureState {
  const state = turnDay(before, dayOf(seen.seenMs))
  const { alarm } = state
  if (alarm === null) return look(state, seen)
  const known = state.segments[alarm.segment]
  if (known === undefined || !seen.segments.includes(alarm.segment)) return state
  const step = stepOf(known, seen)
  return goOn(state, alarm, { seen, watch: timed(known, seen, step), step })
}

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
    const excess = logOdds(watch.odds) - NEEDED_LOG_ODDS
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
  const odds = addToOdds(watch.odds, step, usualRateOf(state, segment), hazard)
  const isNothing = !seen.isFailure && isNoSuspicion(odds, hazard, watch.gapHours)
  // The failure for which a segment begins to be watched is no fair part of its history.
  const isFirst = watch.lastMs === 0 && !isWatchedAlways(segment)
  const counted = { day: dayOf(seen.seenMs), failed: seen.isFailure ? 1 : 0, total: seen.isNew ? 1 : 0 }
  return {
    ...timed(watch, seen, step),
    usual: isFirst ? watch.usual : countUsual(watch.usual, counted),
    odds,
    run: isNothing ? null : extendRun(watch.run, seen.isFailure ? seen.atMs : null, seen.isNew),
  }
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
