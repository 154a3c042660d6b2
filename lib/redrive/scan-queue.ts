import 'server-only'
import { countQueue, receive, setVisibility, type QueueCounts } from './queue-calls.ts'
import type { HeldMessage } from './held-message.ts'
import type { QueueAccess } from './redrive-context.ts'

export interface Scan {
  /** Each message once, as it was received last. */
  readonly messages: readonly HeldMessage[]
  /** How often each was received, by its id: more than once when the hold was shorter than the scan. */
  readonly receives: ReadonlyMap<string, number>
  /** What SQS said that the queue held when the scan began. */
  readonly counts: QueueCounts
  /** It was read to its end: nothing new came any more, and as much was read as SQS had said was visible. */
  readonly isWhole: boolean
}

export interface ScanOptions {
  readonly most: number
  readonly holdSeconds: number
  /**
   * For how long the queue's own consumer hides what it receives and does not process; nothing for a queue that has none. A broken
   * consumer waits for the same messages, so that each can be had only when it comes back from there.
   */
  readonly consumerHoldSeconds?: number
  /** Reading ends with this message. */
  readonly untilId?: string | null
}

/** Receives in a row that bring nothing new before a queue counts as read. */
const EMPTY_RECEIVES = 2
/** The longest that SQS waits. */
const MOST_WAIT_SECONDS = 20
/** Longest wait for messages that a consumer holds: a person waits meanwhile. */
const MOST_QUIET_SECONDS = 40
/** The part of the hold in which a scan may read. */
const HOLD_SHARE = 0.8

/**
 * Reads up to `most` messages without taking them out: each is hidden while the scan lasts, and given back at its end. When the process
 * dies in between they come back by themselves after `holdSeconds`. Never deletes.
 */
export async function scanQueue(access: QueueAccess, queueUrl: string, options: ScanOptions): Promise<Scan> {
  const counts = await countQueue(access, queueUrl)
  const seen = new Map<string, HeldMessage>()
  const receives = new Map<string, number>()
  const { most, holdSeconds, consumerHoldSeconds = 0, untilId = null } = options
  const startedMs = performance.now()
  const quietMs = 1000 * Math.min(MOST_QUIET_SECONDS, 2 * consumerHoldSeconds)
  let [empty, newestMs] = [0, startedMs]
  let heldMs: number | null = null
  const leftMs = (): number =>
    heldMs === null ? Number.POSITIVE_INFINITY : holdSeconds * 1000 * HOLD_SHARE - (performance.now() - heldMs)
  const quietLeftMs = (): number =>
    seen.size < counts.visible + counts.inFlight ? quietMs - (performance.now() - newestMs) : 0
  try {
    while (seen.size < most && !seen.has(untilId ?? '') && (empty < EMPTY_RECEIVES || quietLeftMs() > 0)) {
      // A poll that waits is next in turn when the consumer's own has got something; one that begins anew each second never is.
      const waitSeconds = Math.floor(Math.min(MOST_WAIT_SECONDS, Math.max(1, Math.min(quietLeftMs(), leftMs()) / 1000)))
      // What was hidden first must not come back while the scan goes on: it would be read twice and count as a receive more.
      if (leftMs() < waitSeconds * 1000) break
      const batch = await receive(access, queueUrl, { most: most - seen.size, holdSeconds, waitSeconds })
      if (batch.length > 0) heldMs ??= performance.now()
      const isNews = batch.some(({ messageId }) => !seen.has(messageId))
      empty = isNews ? 0 : empty + 1
      if (isNews) newestMs = performance.now()
      for (const message of batch) {
        seen.set(message.messageId, message)
        receives.set(message.messageId, (receives.get(message.messageId) ?? 0) + 1)
      }
    }
  } finally {
    await giveBack(access, queueUrl, [...seen.values()])
  }
  const isWhole = empty >= EMPTY_RECEIVES && seen.size >= counts.visible
  return { messages: [...seen.values()], receives, counts, isWhole }
}

/** Gives messages back at once. What cannot be given back comes back by itself. */
export async function giveBack(access: QueueAccess, queueUrl: string, messages: readonly HeldMessage[]): Promise<void> {
  for (let start = 0; start < messages.length; start += 10)
    await setVisibility(access, queueUrl, messages.slice(start, start + 10), 0).catch(() => {})
}
