import type { Queue, QueueBeat } from '#lib/domain/queue.ts'

/** A dead-letter queue is never idle: it is read this often at the latest, however long the beat of the others is. */
export const DLQ_SECONDS = 60
/** So long nothing must have been in a queue before it is read less often. */
const QUIET_AFTER_MS = 20 * 60_000
/** From then on a reading is never older than this part of the time for which the queue has been quiet. */
const QUIET_SHARE = 1 / 20
/** A poll that starts a moment early must not put a reading off by a whole one. */
const SLACK = 0.1
/** While SQS throttles, source queues are read less often, at most so many times. */
const MOST_THROTTLE = 8

export interface BeatRule {
  /** Seconds between two readings of a queue that is not quiet. */
  readonly everySeconds: number
  /** The longest beat of a quiet queue. */
  readonly quietSeconds: number
  /** Polls of late in which SQS throttled. */
  readonly throttledPolls: number
}

/** What is known of one queue before it is asked. */
export interface BeatSubject {
  /** Dead letters land here: read each minute at the latest whatever it holds. */
  readonly isDlq: boolean
  /** A stage of the flow, or a queue of whose series a rule asks: its beat never grows. */
  readonly isWatched: boolean
  readonly before: QueueBeat | null
}

/** True when the queue's next reading is due. */
export function isDue({ isDlq, before }: BeatSubject, rule: BeatRule, nowMs: number): boolean {
  if (before === null) return true
  const pollSeconds = Math.min(rule.everySeconds, DLQ_SECONDS)
  const seconds = isDlq ? Math.min(before.everySeconds, DLQ_SECONDS) : before.everySeconds * throttle(rule)
  return nowMs - before.askedMs >= seconds * 1000 - pollSeconds * 1000 * SLACK
}

/** The beat from a reading on. `isQuiet`: nothing waits, is in flight or delayed; null where the queue did not tell. */
export function beatAfter(
  { isDlq, isWatched, before }: BeatSubject,
  rule: BeatRule,
  reading: { readonly atMs: number; readonly isQuiet: boolean | null },
): QueueBeat {
  const most = isDlq ? Math.min(rule.quietSeconds, DLQ_SECONDS) : rule.quietSeconds
  const base = isDlq ? Math.min(rule.everySeconds, DLQ_SECONDS) : rule.everySeconds
  if (reading.isQuiet === null) return { everySeconds: base, askedMs: reading.atMs, quietSinceMs: null }
  const quietSinceMs = reading.isQuiet ? (before?.quietSinceMs ?? reading.atMs) : null
  const quietMs = quietSinceMs === null ? 0 : reading.atMs - quietSinceMs
  const slow = quietMs < QUIET_AFTER_MS || isWatched ? base : Math.floor((quietMs * QUIET_SHARE) / 1000)
  return { everySeconds: Math.max(base, Math.min(most, slow)), askedMs: reading.atMs, quietSinceMs }
}

/** The inventory knows which queues take dead letters: those that another names. */
export function dlqArnsOf(queues: readonly Queue[]): ReadonlySet<string> {
  return new Set(queues.flatMap(({ dlqArn }) => (dlqArn === null ? [] : [dlqArn])))
}

function throttle({ throttledPolls }: BeatRule): number {
  return Math.min(MOST_THROTTLE, 2 ** throttledPolls)
}
