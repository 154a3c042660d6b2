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
  /** As AWS knows it; where it is not at home but in a place that the settings name, `orders@ireland`. Unlike that of any other queue. */
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

/** Stands between a queue's own name and its place; SQS allows it in neither. */
const AT = '@'

/** Letters of the longest name: SQS allows 80, the settings 31 for a place. */
export const MOST_NAME_LETTERS = 80 + AT.length + 31

/** The name by which Spillway knows a queue: its own at home (`place` null), `orders@ireland` elsewhere. */
export function nameAt(own: string, place: string | null): string {
  return place === null ? own : `${own}${AT}${place}`
}

/** The name that AWS knows: `orders` of `orders@ireland`. */
export function ownNameOf(name: string): string {
  const at = name.lastIndexOf(AT)
  return at < 0 ? name : name.slice(0, at)
}

/** The place of a queue, or of an alarm, by its name; null at home. */
export function placeOf(name: string): string | null {
  const at = name.lastIndexOf(AT)
  return at < 0 ? null : name.slice(at + 1)
}

/** What stands for all of a place where a part of a source is named: `@ireland`, `@home`. No queue is called so. */
export function scopeOfPlace(place: string | null): string {
  return `${AT}${place ?? 'home'}`
}

/** The queue's own name from its ARN: `arn:aws:sqs:eu-west-2:000000000000:orders` gives `orders`. */
export function ownNameOfArn(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** The name of a queue that stands beside another, as a dead-letter queue does: always in the same account and region. */
export function nameBeside(name: string, arn: string): string {
  return nameAt(ownNameOfArn(arn), placeOf(name))
}

/** The name of a queue's dead-letter queue; null when it has none. */
export function dlqNameOf({ name, dlqArn }: Pick<Queue, 'name' | 'dlqArn'>): string | null {
  return dlqArn === null ? null : nameBeside(name, dlqArn)
}

/** The queue's own name from its URL: the last part of the path. */
export function ownNameOfUrl(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1)
}
