import { runBatch } from './batch.ts'
import { MAXIMUM_VISIBILITY_SECONDS } from './limits.ts'
import { requireQueue } from './operation.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import type { Queue } from './queue.ts'
import { findReceipt } from './receipts.ts'
import type { RequestFields } from './request-fields.ts'
import { invalidValue, missingParameter, SqsError } from './sqs-error.ts'

export function changeMessageVisibility(call: OperationCall): OperationAnswer {
  return changeOne(requireQueue(call), call.fields)
}

export function changeMessageVisibilityBatch(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  return runBatch(call, {
    entryName: 'ChangeMessageVisibilityBatchRequestEntry',
    runEntry: (entry) => changeOne(queue, entry),
  })
}

/** The bounds of a visibility timeout, and AWS's sentence when it is outside. */
export const VISIBILITY_BOUNDS = {
  min: 0,
  max: MAXIMUM_VISIBILITY_SECONDS,
  reason: 'Must be between 0 and 43200, if provided.',
}

/** Counts from now, never past 12 hours after the receive. Zero makes the message visible at once. */
function changeOne(queue: Queue, fields: RequestFields): OperationAnswer {
  const { handle, message, isLatest } = findReceipt(queue, fields)
  const seconds = fields.boundedInteger('VisibilityTimeout', VISIBILITY_BOUNDS)
  if (seconds === undefined) throw missingParameter('VisibilityTimeout')
  if (message === undefined || !isLatest) {
    const reason = 'Message does not exist or is not available for visibility timeout change.'
    throw invalidValue(handle, 'ReceiptHandle', reason)
  }
  if (queue.isFifo && message.state !== 'in-flight') {
    throw new SqsError('MessageNotInflight', 'The specified message is not in flight.')
  }
  const untilMs = queue.now() + seconds * 1000
  if (untilMs - message.lastReceivedAtMs > MAXIMUM_VISIBILITY_SECONDS * 1000) {
    const reason = `Total VisibilityTimeout for the message is beyond the limit [${MAXIMUM_VISIBILITY_SECONDS} seconds].`
    throw invalidValue(seconds, 'VisibilityTimeout', reason)
  }
  if (seconds > 0) queue.hide(message, untilMs)
  else {
    queue.release(message)
    queue.onVisible?.()
  }
  return {}
}
