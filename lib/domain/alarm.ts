/** A CloudWatch alarm. `insufficient` is CloudWatch's INSUFFICIENT_DATA: shown as unknown, never as good. */
export interface Alarm {
  readonly name: string
  readonly state: 'ok' | 'alarm' | 'insufficient'
  readonly reason: string
  readonly stateSinceMs: number
  readonly metric: string | null
  /** Queue named by the alarm's dimension QueueName; null for others. */
  readonly queue: string | null
  readonly actionsEnabled: boolean
  readonly actionCount: number
  readonly missingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching'
}
