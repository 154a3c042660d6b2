/** Durations and quotas that AWS fixes. Tests and the sped-up sandbox may lower them; everything else keeps AWS's values. */
export interface SqsLimits {
  /** How long the name of a deleted queue stays unusable. AWS: 60. */
  readonly queueNameReuseSeconds: number
  /** How long after a purge the next one is refused. AWS: 60. */
  readonly purgeIntervalSeconds: number
  /** How long a FIFO queue remembers a deduplication id. AWS: 300. */
  readonly deduplicationSeconds: number
  /** How long a ReceiveRequestAttemptId can be repeated. AWS: 300. */
  readonly receiveAttemptSeconds: number
  /** Messages of one queue that may be in flight at once. AWS: 120,000. */
  readonly inFlightLimit: number
  /** The smallest MessageRetentionPeriod accepted. AWS: 60. */
  readonly minimumRetentionSeconds: number
  /** How long a move task goes on moving after it was cancelled. AWS does not say; recorded there: 6 s at 1 message a second. */
  readonly moveTaskCancelLagSeconds: number
  /** Messages a second of a move task that was given no rate ("system optimised", AWS gives no figure). */
  readonly moveTaskDefaultRate: number
}

/** AWS's own values, from the quotas pages of the SQS developer guide. */
export const AWS_LIMITS: SqsLimits = {
  queueNameReuseSeconds: 60,
  purgeIntervalSeconds: 60,
  deduplicationSeconds: 300,
  receiveAttemptSeconds: 300,
  inFlightLimit: 120_000,
  minimumRetentionSeconds: 60,
  moveTaskCancelLagSeconds: 2,
  moveTaskDefaultRate: 500,
}

/** The largest message and the largest batch, bytes. */
export const MAXIMUM_MESSAGE_BYTES = 1_048_576
/** A message can be invisible for 12 hours after it was received. */
export const MAXIMUM_VISIBILITY_SECONDS = 43_200
