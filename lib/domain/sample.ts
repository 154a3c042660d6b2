/** One reading of one series. `series` is a path, see `seriesOf`; `atMs` is the moment (or the start of the period) in epoch ms. */
export interface Sample {
  readonly series: string
  readonly atMs: number
  readonly value: number
}

/** Depth metrics that SQS GetQueueAttributes tells at the moment of the call; unit: messages. */
export type DepthMetric = 'visible' | 'in-flight' | 'delayed'
/** Metrics of AWS/SQS in CloudWatch; unit: messages a period, `oldest-age` in seconds. */
export type FlowMetric = 'sent' | 'received' | 'deleted' | 'oldest-age'

/** The one place where series names are made. */
export const seriesOf = {
  depth: (queue: string, metric: DepthMetric): string => `sqs/${queue}/${metric}`,
  flow: (queue: string, metric: FlowMetric): string => `cloudwatch/${queue}/${metric}`,
  /** Of one minute, from a log-metric filter; `counts` says what, e.g. `no_email_address`. */
  emailCount: (counts: string): string => `emails/${counts}/count`,
  sentryErrors: (project: string, environment: string): string => `sentry/${project}/${environment}/errors`,
} as const
