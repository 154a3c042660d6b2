import type { StoredMessage } from './message.ts'
import type { Queue } from './queue.ts'
import type { SqsStore } from './sqs-store.ts'

/**
 * Moves a message that would be received once too often into its dead-letter queue, and says whether it did.
 * It keeps id, SentTimestamp and receive count and gains DeadLetterQueueSourceArn. On FIFO queues the message id becomes
 * the deduplication id and the retention clock starts anew; on standard queues the clock runs on from the first send.
 * Without a dead-letter queue (none named, or deleted since) the message stays.
 */
export function moveToDeadLetterQueue(store: SqsStore, queue: Queue, message: StoredMessage): boolean {
  const policy = queue.settings.redrivePolicy
  if (policy === undefined || message.receivesHere < policy.maxReceiveCount) return false
  const target = store.findByArn(policy.deadLetterTargetArn)
  if (target === undefined || target === queue) return false
  queue.remove(message)
  const { messageId, sentAtMs, receiveCount, firstReceivedAtMs } = message
  const deduplicationId = target.isFifo ? messageId : message.deduplicationId
  target.settle()
  const moved = target.insert({ ...message, deduplicationId }, 0, {
    sentAtMs,
    retainedFromMs: target.isFifo ? target.now() : message.retainedFromMs,
    receiveCount,
    firstReceivedAtMs,
    deadLetterSourceArn: queue.arn,
  })
  if (moved.sequenceNumber !== undefined) {
    target.deduplication.remember(messageId, { messageId, sequenceNumber: moved.sequenceNumber }, target.now())
  }
  return true
}
