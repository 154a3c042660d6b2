/** Which queues may name a queue as their dead-letter queue, by its RedriveAllowPolicy. */
export interface RedriveAllow {
  readonly permission: 'allowAll' | 'denyAll' | 'byQueue'
  /** ARNs of the queues that may, with `byQueue`; empty else. */
  readonly sourceArns: readonly string[]
}

/** How often the depth of a queue is read. */
export interface QueueBeat {
  /** Seconds from the last reading to the next. */
  readonly everySeconds: number
  /** Start of the poll that asked it last, epoch ms. */
  readonly askedMs: number
  /** Since which reading nothing was in it, epoch ms; null where something was. */
  readonly quietSinceMs: number | null
}

/** An SQS queue as the inventory knows it. Absent attributes are null, never a default. */
export interface Queue {
  readonly name: string
  readonly url: string
  readonly arn: string
  readonly isFifo: boolean
  /** ARN of the dead-letter queue from RedrivePolicy; null when there is none. */
  readonly dlqArn: string | null
  readonly maxReceiveCount: number | null
  /** Null where no policy is set: then every queue of the account and region may. */
  readonly redriveAllow: RedriveAllow | null
  readonly retentionSeconds: number | null
  readonly visibilityTimeoutSeconds: number | null
  readonly delaySeconds: number | null
  /** Largest message that it takes, body and attributes, in bytes. */
  readonly maximumMessageBytes: number | null
  readonly kmsKeyId: string | null
  /** True where SQS encrypts with a key of its own. */
  readonly isSqsEncrypted: boolean | null
  readonly createdAtMs: number | null
  /** Null while they were never read. */
  readonly tags: Readonly<Record<string, string>> | null
  /** When the tags were asked for last, whether or not they were told; epoch ms. */
  readonly tagsAskedMs: number | null
  /** Null while the queue was never asked. */
  readonly beat: QueueBeat | null
}

/** The queue's name from its ARN: `arn:aws:sqs:eu-west-2:000000000000:orders` gives `orders`. */
export function queueNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** The queue's name from its URL: the last part of the path. */
export function queueNameOfUrl(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}
