import { FAILURE } from './email-parameters.ts'
import { addToOdds, atMostEven, isNoSuspicion, logOdds, neededLogOdds, NO_ODDS, type OddsStep } from './failure-odds.ts'
import { extendRun, shareOf, type Run } from './failure-run.ts'
import { hazardOf, usualRateOf, type FailureAlarm, type FailureState, type SegmentWatch } from './failure-state.ts'
import { dayOf, forgetFrom } from './usual-failures.ts'
import { failureOf, type SeenEmail } from './seen-email.ts'

/** Begins an alarm. All segments begin anew after it, and what was seen since its first failure is no history. */
export function raiseAlarm(state: FailureState, segment: string, run: Run): FailureState {
  const odds = atMostEven(state.segments[segment]?.odds ?? NO_ODDS)
  const usual = usualRateOf(state, segment)
  const from = dayOf(run.sinceMs)
  const segments = Object.fromEntries(
    Object.entries(state.segments).map(([key, each]) => [
      key,
      { ...each, odds: NO_ODDS, run: null, usual: forgetFrom(each.usual, from) },
    ]),
  )
  const alarm = { segment, run, usual, odds, good: 0, peak: shareOf(run), worse: NO_ODDS, worseRun: null, worsened: 0 }
  return { ...state, segments, alarm }
}

/**
 * One more e-mail during an alarm. Nothing is learned. It ends when the odds that it goes on have fallen far enough: only e-mails of its own
 * segment that went well tell that.
 */
export function goOn(
  state: FailureState,
  alarm: FailureAlarm,
  { seen, watch, step }: { readonly seen: SeenEmail; readonly watch: SegmentWatch; readonly step: OddsStep },
): FailureState {
  const next = { ...state, segments: { ...state.segments, [alarm.segment]: watch } }
  const odds = atMostEven(addToOdds(alarm.odds, step, () => alarm.usual, 0))
  const good = seen.isFailure ? 0 : alarm.good + 1
  if (logOdds(odds) <= -FAILURE.calmLogOdds && good >= FAILURE.leastGood) return { ...next, alarm: null }
  const run = extendRun(alarm.run, failureOf(seen)) ?? alarm.run
  return { ...next, alarm: worsen({ ...alarm, run, odds, good }, { seen, watch, step }) }
}

/**
 * An incident may become far worse while it is open, or one that was none may hide one that is. What is measured against is the share at
 * which it was noticed, as far as it is still likely that it goes on.
 */
function worsen(
  alarm: FailureAlarm,
  { seen, watch, step }: { readonly seen: SeenEmail; readonly watch: SegmentWatch; readonly step: OddsStep },
): FailureAlarm {
  const likely = 1 / (1 + Math.exp(-logOdds(alarm.odds)))
  const rate = alarm.usual.rate + likely * Math.max(0, alarm.peak - alarm.usual.rate)
  const hazard = hazardOf(seen.reason, alarm.segment, seen.segments)
  const worse = addToOdds(alarm.worse, step, () => ({ rate, variance: alarm.usual.variance }), hazard)
  const isNothing = !seen.isFailure && isNoSuspicion(worse, hazard, watch.gapHours)
  const worseRun = isNothing ? null : extendRun(alarm.worseRun, failureOf(seen))
  const share = worseRun === null ? 0 : shareOf(worseRun)
  const isMore = worseRun !== null && worseRun.failed >= 3 && share > FAILURE.worseFactor * alarm.peak
  if (seen.isFailure && isMore && logOdds(worse) >= neededLogOdds(seen.caution))
    return { ...alarm, peak: share, worse: NO_ODDS, worseRun: null, worsened: alarm.worsened + 1 }
  return { ...alarm, worse, worseRun }
}
