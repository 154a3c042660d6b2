import 'server-only'
import { expiryOf, type Expiry } from '#lib/domain/expiry.ts'
import { findLatestLook } from '#lib/store/looks.ts'
import { listRedrives } from '#lib/store/redrives.ts'
import type { QueueBook, QueueEntry } from '#lib/views/queue-book.ts'
import type { ViewContext } from '#lib/views/read-view.ts'

/** When the oldest of what is stuck expires, and in which queue it lies. */
export interface QueueExpiry {
  /** Its dead-letter queue, or itself. */
  readonly queue: string
  readonly isDeadLetterQueue: boolean
  readonly expiry: Expiry
}

/** Redrives of late that may have taken messages out. */
const LATEST = 20

/** Null for a queue with no dead letters to lose: neither it nor its dead-letter queue holds what nobody processes. */
export async function loadExpiry(
  entry: QueueEntry,
  book: QueueBook,
  { tx, nowMs }: ViewContext,
): Promise<QueueExpiry | null> {
  const isDlq = entry.deadLetterOf.length > 0
  const place = isDlq || entry.dlqName === null ? entry : book.get(entry.dlqName)
  const holding = place?.findings.find(({ detector }) => HOLDING.has(detector))
  const isDeadLetterQueue = place !== undefined && place.deadLetterOf.length > 0
  if (place === undefined || (!isDeadLetterQueue && holding === undefined)) return null
  const { name, isFifo, retentionSeconds } = place.queue
  const { visible, inFlight, freshness } = place.depth
  const [look, runs] = await Promise.all([findLatestLook(tx, [name]), listRedrives(tx, { queue: name, limit: LATEST })])
  const taken = runs
    .filter((run) => run.sourceQueue === name && run.startedMs !== null)
    .map(({ endedMs }) => endedMs ?? nowMs)
  const expiry = expiryOf({
    nowMs,
    isFifo,
    retentionSeconds,
    held: visible === null || !freshness.isFresh ? null : visible + (inFlight ?? 0),
    heldSinceMs: holding?.sinceMs ?? null,
    look,
    takenMs: taken.length === 0 ? null : Math.max(...taken),
  })
  return { queue: name, isDeadLetterQueue, expiry }
}

/** Findings that say that messages lie in a queue, each from its beginning on. */
const HOLDING = new Set(['dlq-not-empty', 'flow-parity', 'going-round'])
