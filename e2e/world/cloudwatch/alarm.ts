import { z } from 'zod'

import { dimensionsSchema } from './get-metric-data.ts'
import { STATISTICS } from './read-statistics.ts'

export const ALARM_STATES = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const
export type AlarmState = (typeof ALARM_STATES)[number]

export const MISSING_DATA_MODES = ['missing', 'ignore', 'breaching', 'notBreaching'] as const
export type MissingDataMode = (typeof MISSING_DATA_MODES)[number]

export const COMPARISONS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] as const
export type Comparison = (typeof COMPARISONS)[number]

/** What PutMetricAlarm takes, for alarms on one metric. */
export const alarmConfigSchema = z
  .object({
    AlarmName: z.string().min(1).max(255),
    AlarmDescription: z.string().optional(),
    ActionsEnabled: z.boolean().default(true),
    OKActions: z.array(z.string()).default([]),
    AlarmActions: z.array(z.string()).default([]),
    InsufficientDataActions: z.array(z.string()).default([]),
    MetricName: z.string(),
    Namespace: z.string(),
    Statistic: z.enum(STATISTICS),
    Dimensions: dimensionsSchema.default([]),
    Period: z.number().int().min(10),
    EvaluationPeriods: z.number().int().min(1),
    DatapointsToAlarm: z.number().int().min(1).optional(),
    Threshold: z.number(),
    ComparisonOperator: z.enum(COMPARISONS),
    TreatMissingData: z.enum(MISSING_DATA_MODES).default('missing'),
  })
  .refine((alarm) => (alarm.DatapointsToAlarm ?? 1) <= alarm.EvaluationPeriods, {
    message: 'DatapointsToAlarm must not be greater than EvaluationPeriods',
  })
export type AlarmConfig = z.output<typeof alarmConfigSchema>
export type AlarmConfigInput = z.input<typeof alarmConfigSchema>

export interface Alarm {
  config: AlarmConfig
  state: AlarmState
  reason: string
  reasonData: string | null
  stateUpdatedAtMs: number
  configUpdatedAtMs: number
}

export interface HistoryItem {
  readonly alarmName: string
  readonly atMs: number
  readonly type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'
  readonly summary: string
  /** JSON, as AWS gives it. */
  readonly data: string
}
