import { counted, figure } from './count-words.ts'

/** What is known of a queue since its messages ceased to be processed. Counts in messages. */
export interface ExpiryFacts {
  readonly sinceMs: number
  readonly nowMs: number
  /** Null where SQS does not tell it. */
  readonly retentionSeconds: number | null
  /** Sent and deleted since then by others than Spillway; null where CloudWatch told nothing. */
  readonly sent: number | null
  readonly deleted: number | null
  /** In the queue and its dead-letter queue now: visible, in flight and delayed; null while it is not known. */
  readonly inQueue: number | null
}

export interface ExpiredEstimate {
  /** Messages that SQS has dropped unprocessed, about; null when it cannot be said. */
  readonly expired: number | null
  /** One sentence: the figure and how it comes about. */
  readonly words: string
}

/** How many messages expired unprocessed: what was sent, less what was deleted and what is still there. None can before the retention is over. */
export function estimateExpired(facts: ExpiryFacts): ExpiredEstimate {
  const { sinceMs, nowMs, retentionSeconds, sent, deleted, inQueue } = facts
  if (retentionSeconds !== null && nowMs - sinceMs < retentionSeconds * 1000)
    return {
      expired: 0,
      words: 'None can have expired yet: the queue keeps messages for longer than it has been stuck.',
    }
  if (sent === null || deleted === null || inQueue === null)
    return {
      expired: null,
      words: 'How many have expired cannot be said: sent, deleted or waiting messages are not known.',
    }
  const expired = Math.max(0, Math.round(sent - deleted - inQueue))
  const words = `About ${counted(expired, 'message has', 'messages have')} expired: ${figure(sent)} sent, ${figure(deleted)} processed, ${figure(inQueue)} still there.`
  return { expired, words }
}
