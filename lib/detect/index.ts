import type { AnyDetector } from './define-detector.ts'
import { dlqNotEmpty } from './dlq-not-empty.ts'
import { failedSpikes, type FailureTuning } from './email-failed-spike.ts'
import { emailOverdue } from './email-overdue.ts'
import { emailSilence } from './email-silence.ts'
import { leaks, type LeakTuning } from './flow-parity.ts'
import { goingRound } from './going-round.ts'
import { metricAnomaly } from './metric-anomaly.ts'
import { serviceErrors } from './service-errors.ts'
import { sourceSilent } from './source-silent.ts'

/** What a team may set of the rules, by the id of the detector. */
export interface Tuning {
  readonly 'flow-parity': LeakTuning
  readonly 'email-failed-spike': FailureTuning
}

/** What holds where nothing is set. */
export const USUAL_TUNING: Tuning = { 'flow-parity': { leastSent: 5 }, 'email-failed-spike': { caution: 1 } }

/** Every detector, as a team has set it. The settings page, the live run and backtests derive from it. */
export function detectorsFor(tuning: Tuning): readonly AnyDetector[] {
  return [
    leaks(tuning['flow-parity']),
    goingRound,
    dlqNotEmpty,
    failedSpikes(tuning['email-failed-spike']),
    emailSilence,
    emailOverdue,
    serviceErrors,
    metricAnomaly,
    sourceSilent,
  ]
}

/** Every detector where nothing is set. */
export const detectors: readonly AnyDetector[] = detectorsFor(USUAL_TUNING)
