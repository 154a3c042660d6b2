import { cloudwatchAlarms } from './cloudwatch-alarms.ts'
import { cloudwatchMetrics } from './cloudwatch-metrics.ts'
import type { Source } from './define-source.ts'
import { emailCounts } from './email-counts.ts'
import { emailOutcomes } from './email-outcomes.ts'
import { profiles } from './profiles.ts'
import { sentry } from './sentry.ts'
import { sqs } from './sqs.ts'

/** Every source. Settings validation, the settings page, health and the documentation derive from this list. */
export const sources: readonly Source[] = [
  sqs,
  cloudwatchMetrics,
  cloudwatchAlarms,
  sentry,
  emailOutcomes,
  emailCounts,
  profiles,
]
