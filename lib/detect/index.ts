import type { AnyDetector } from './define-detector.ts'
import { dlqNotEmpty } from './dlq-not-empty.ts'
import { emailFailedSpike } from './email-failed-spike.ts'
import { emailOverdue } from './email-overdue.ts'
import { emailSilence } from './email-silence.ts'
import { flowParity } from './flow-parity.ts'
import { metricAnomaly } from './metric-anomaly.ts'
import { serviceErrors } from './service-errors.ts'
import { sourceSilent } from './source-silent.ts'

/** Every detector. The settings page, the live run and backtests derive from it. */
export const detectors: readonly AnyDetector[] = [
  flowParity,
  dlqNotEmpty,
  emailFailedSpike,
  emailSilence,
  emailOverdue,
  serviceErrors,
  metricAnomaly,
  sourceSilent,
]
