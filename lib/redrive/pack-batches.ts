import { sizeBytes } from './held-message.ts'
import type { Outgoing } from './queue-calls.ts'

/** Most that one batch may weigh: 1 MiB, less a little for what SQS counts and we do not. */
const MOST_BYTES = 1_048_576 - 4_096
const MOST_ENTRIES = 10

/** Splits messages into batches that SQS takes, in order. A message that is too big by itself goes alone, for SQS to refuse. */
export function packBatches<M extends { readonly outgoing: Outgoing }>(messages: readonly M[]): M[][] {
  const batches: M[][] = []
  let batch: M[] = []
  let bytes = 0
  for (const message of messages) {
    const size = sizeBytes(message.outgoing.body, message.outgoing.attributes)
    if (batch.length > 0 && (batch.length >= MOST_ENTRIES || bytes + size > MOST_BYTES)) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(message)
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
