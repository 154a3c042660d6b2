import { counted, figure } from './count-words.ts'
import { durationWords } from './duration-words.ts'

/**
 * What is known of a queue since its messages ceased to be processed. Counts in messages. All are of one moment: CloudWatch tells of the
 * past and SQS of the present, and what was sent or processed in between would pass for expired, or hide what is.
 */
export interface ExpiryFacts {
  readonly sinceMs: number
  /** The moment of the counts: the end of the newest minute of which CloudWatch has told. */
  readonly atMs: number
  /** How that moment is written, e.g. `at 14:21`. */
  readonly atWords: string
  /** The shortest of the queue and its dead-letter queue; null where SQS does not tell it. */
  readonly retentionSeconds: number | null
  /** What was sent before may have outlived an earlier retention, nothing sent later; null where that was not seen to change. */
  readonly expiredBeforeMs: number | null
  /** Sent and deleted since then by others than Spillway; null where CloudWatch told nothing. */
  readonly sent: number | null
  readonly deleted: number | null
  /** In the queue and its dead-letter queue then: visible, in flight and delayed; null while it is not known. */
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
  const { sinceMs, atMs, atWords, retentionSeconds, expiredBeforeMs, sent, deleted, inQueue } = facts
  const couldOnce = expiredBeforeMs !== null && expiredBeforeMs > sinceMs
  if (!couldOnce && retentionSeconds !== null && atMs - sinceMs < retentionSeconds * 1000)
    return {
      expired: 0,
      words: `None can have expired ${byWords(atWords)}: messages are kept for ${durationWords(retentionSeconds)}.`,
    }
  if (sent === null || deleted === null || inQueue === null)
    return {
      expired: null,
      words: 'How many have expired cannot be said: sent, deleted or waiting messages are not known.',
    }
  const expired = Math.max(0, Math.round(sent - deleted - inQueue))
  const who = expired === 0 ? 'No message had' : `About ${counted(expired, 'message had', 'messages had')}`
  const words = `${who} expired ${byWords(atWords)}: ${figure(sent)} sent, ${figure(deleted)} processed, ${figure(inQueue)} still there.`
  return { expired, words }
}

/** `by 14:21`, `by yesterday 14:21`, `by 13 Aug 10:09`. */
function byWords(atWords: string): string {
  return `by ${atWords.replace(/^(?:at|on) /, '')}`
}
