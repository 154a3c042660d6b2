/** An SQS queue as the inventory knows it. Absent attributes are null, never a default. */
export interface Queue {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly isFifo: boolean
  /** ARN of the dead-letter queue from RedrivePolicy; null when there is none. */
  readonly dlqArn: string | null
  readonly maxReceiveCount: number | null
  readonly retentionSeconds: number | null
  readonly visibilityTimeoutSeconds: number | null
  readonly delaySeconds: number | null
  readonly kmsKeyId: string | null
  readonly createdAtMs: number | null
}

/** The queue's name from its ARN: `arn:aws:sqs:eu-west-2:000000000000:orders` gives `orders`. */
export function queueNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** The queue's name from its URL: the last part of the path. */
export function queueNameOfUrl(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}
