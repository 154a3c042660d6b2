import type { StoredMessage } from './message.ts'
import type { Queue } from './queue.ts'
import { parseReceiptHandle } from './receipt-handle.ts'
import type { RequestFields } from './request-fields.ts'
import { SqsError } from './sqs-error.ts'

/** What a caller's receipt handle points at. */
export interface FoundReceipt {
  readonly handle: string
  /** Undefined when the message is gone: deleted, expired or moved. */
  readonly message: StoredMessage | undefined
  /** False when the message was received again since. */
  readonly isLatest: boolean
}

/** Throws ReceiptHandleIsInvalid for a text that was never a handle of this queue. */
export function findReceipt(queue: Queue, fields: RequestFields): FoundReceipt {
  const handle = fields.text('ReceiptHandle')
  const receipt = parseReceiptHandle(queue.token, handle)
  if (receipt === undefined) {
    throw new SqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`)
  }
  const message = queue.get(receipt.key)
  return { handle, message, isLatest: message?.receivesHere === receipt.receive }
}
