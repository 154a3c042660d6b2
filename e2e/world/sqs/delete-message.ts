import { runBatch } from './batch.ts'
import { requireQueue } from './operation.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import type { Queue } from './queue.ts'
import { findReceipt } from './receipts.ts'
import type { RequestFields } from './request-fields.ts'
import { invalidValue } from './sqs-error.ts'

export function deleteMessage(call: OperationCall): OperationAnswer {
  return deleteOne(requireQueue(call), call.fields)
}

export function deleteMessageBatch(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  return runBatch(call, {
    entryName: 'DeleteMessageBatchRequestEntry',
    runEntry: (entry) => deleteOne(queue, entry),
  })
}

/**
 * Repeating a deletion succeeds. An older handle of a message received again succeeds on a standard queue without
 * deleting it; a FIFO queue refuses a handle whose visibility timeout has run out.
 */
function deleteOne(queue: Queue, fields: RequestFields): OperationAnswer {
  const { handle, message, isLatest } = findReceipt(queue, fields)
  if (queue.isFifo && message !== undefined && (!isLatest || message.state !== 'in-flight')) {
    throw invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.')
  }
  if (message !== undefined && isLatest) {
    queue.remove(message)
    if (queue.isFifo) queue.onVisible?.()
  }
  queue.counters.deleted += 1
  return {}
}
