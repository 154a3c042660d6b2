/** Everything that decides when the oldest message of a queue expires. */
export interface ExpiryFacts {
  readonly nowMs: number
  readonly isFifo: boolean
  /** Of the queue in which it lies; null where SQS did not tell. */
  readonly retentionSeconds: number | null
  /** Messages in it, waiting or in flight; null = not known. */
  readonly held: number | null
  /** Since when it has been read with messages in it, without a reading of none; null = not known. */
  readonly heldSinceMs: number | null
  /** The latest look into it: of so many messages that it read, the oldest was sent then. */
  readonly look: {
    readonly atMs: number
    readonly read: number
    readonly about: number | null
    readonly firstSentMs: number | null
  } | null
  /** When a redrive last took messages out of it; null for never. */
  readonly takenMs: number | null
}

/** When the oldest message of a queue expires. `bound`: it expires no later than that, since it was there at `heldSinceMs` already. */
export type Expiry =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'known'
      readonly atMs: number
      readonly sentMs: number
      readonly read: number
      readonly about: number | null
      readonly lookedMs: number
    }
  | { readonly kind: 'bound'; readonly atMs: number; readonly heldSinceMs: number; readonly why: WhyUnknown }
  | { readonly kind: 'unknown'; readonly why: WhyUnknown }

/** Why the moment itself is not known. */
export type WhyUnknown = 'no-reading' | 'no-retention' | 'fifo' | 'no-look' | 'taken-since' | 'expired-since'

/**
 * SQS counts retention from when a message was first sent, also in the dead-letter queue of a standard queue, and CloudWatch's age counts
 * from the move: so the moment is known only from the send time that a look has told. A FIFO queue counts from the move, which SQS does
 * not tell.
 */
export function expiryOf(facts: ExpiryFacts): Expiry {
  const { held, retentionSeconds, look, nowMs } = facts
  if (held === 0) return { kind: 'empty' }
  if (held === null) return { kind: 'unknown', why: 'no-reading' }
  if (retentionSeconds === null) return { kind: 'unknown', why: 'no-retention' }
  if (facts.isFifo) return bounded(facts, retentionSeconds, 'fifo')
  // A look before the queue was last empty was at other messages.
  const isOfThese = look !== null && look.firstSentMs !== null && look.atMs >= (facts.heldSinceMs ?? -Infinity)
  if (!isOfThese || look.firstSentMs === null) return bounded(facts, retentionSeconds, 'no-look')
  if (facts.takenMs !== null && facts.takenMs > look.atMs) return bounded(facts, retentionSeconds, 'taken-since')
  const { firstSentMs: sentMs, read, about, atMs: lookedMs } = look
  const atMs = sentMs + retentionSeconds * 1000
  if (atMs <= nowMs) return bounded(facts, retentionSeconds, 'expired-since')
  return { kind: 'known', atMs, sentMs, read, about, lookedMs }
}

function bounded({ heldSinceMs, nowMs, takenMs }: ExpiryFacts, retentionSeconds: number, why: WhyUnknown): Expiry {
  if (heldSinceMs === null) return { kind: 'unknown', why }
  const atMs = heldSinceMs + retentionSeconds * 1000
  // What was there then may have been taken out, or have expired already: then it says nothing of what is there now.
  const isSpent = atMs <= nowMs || (takenMs !== null && takenMs > heldSinceMs)
  return isSpent ? { kind: 'unknown', why } : { kind: 'bound', atMs, heldSinceMs, why }
}

/** What would tell it, in a sentence. */
export function expiryAdvice(why: WhyUnknown): string {
  switch (why) {
    case 'no-reading':
      return 'Not known: SQS has not told what is in it.'
    case 'no-retention':
      return 'Not known: SQS has not told for how long it keeps messages.'
    case 'fifo':
      return 'Not known to the minute: a FIFO queue counts from when a message was moved here, which SQS does not tell.'
    case 'no-look':
      return 'Not known: SQS tells when a message was sent only to those who look. Look into the queue to learn it.'
    case 'taken-since':
      return 'Not known any more: a redrive has taken messages out since the last look. Look again to learn it.'
    case 'expired-since':
      return 'Not known any more: the oldest of the last look has expired since. Look again to learn it.'
  }
}
