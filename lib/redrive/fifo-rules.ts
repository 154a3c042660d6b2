import { createHash } from 'node:crypto'
import { mostOf, movesWholeGroups } from '#lib/domain/redrive-selection.ts'
import type { LedgerRow, Redrive } from '#lib/store/redrive-row.ts'

/** SQS knows a deduplication id for five minutes; the margin is for clocks and for a call that takes long. */
const REPEAT_SAFE_MS = 300_000 - 45_000

/** FIFO queues give to FIFO queues only, so that the source's name says it. */
export function isFifoRun({ sourceQueue }: Pick<Redrive, 'sourceQueue'>): boolean {
  return sourceQueue.endsWith('.fifo')
}

/** Messages after which a redrive has moved all that it is to move; null where only the end of its queue tells: in place whole groups go, however few of each were chosen. */
export function limitOf(run: Redrive): number | null {
  return movesWholeGroups(run) ? null : mostOf(run)
}

/**
 * The deduplication id under which a message is sent: the same each time that this redrive sends it, and never the one that it had, for
 * which SQS would answer that it took the message and drop it. At most 128 characters are allowed.
 */
export function deduplicationIdOf({ id, plannedMs }: Pick<Redrive, 'id' | 'plannedMs'>, messageId: string): string {
  return createHash('sha256').update(`${id} ${plannedMs} ${messageId}`).digest('hex')
}

/** True while SQS knows for certain the id of a send whose answer was lost, so that another cannot double the message. */
export function isRepeatSafe({ state, sendingMs }: LedgerRow, nowMs: number): boolean {
  return state !== 'sending' || sendingMs === null || nowMs - sendingMs < REPEAT_SAFE_MS
}
