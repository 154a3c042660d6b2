import 'server-only'
import type { MetAgain } from '#lib/store/redrive-met-again.ts'
import { groupOf } from './group-of.ts'
import type { SortedMessages } from './sort-received.ts'

/** A re-sent message that was received again, as it is written down. */
export function metAgain({ message, row, hasComeBack }: SortedMessages['met'][number], receives: number): MetAgain {
  return { messageId: row.messageId, hasComeBack, receives, fingerprint: hasComeBack ? groupOf(message) : null }
}
