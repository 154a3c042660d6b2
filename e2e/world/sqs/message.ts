import { hash, randomUUID } from 'node:crypto'

import type { MessageAttributes } from './message-attributes.ts'

export type MessageState = 'delayed' | 'visible' | 'in-flight' | 'gone'

/** What a message is, wherever it lies. */
export interface MessageContent {
  readonly messageId: string
  readonly body: string
  readonly md5OfBody: string
  readonly attributes: MessageAttributes | undefined
  readonly md5OfAttributes: string | undefined
  readonly traceHeader: string | undefined
  readonly senderId: string
  /** Body and message attributes, bytes. */
  readonly sizeBytes: number
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
}

/** Where a message stands when it enters a queue; the defaults are those of a new message. */
export interface MessageHistory {
  /** SentTimestamp; a move into a dead-letter queue keeps it. */
  readonly sentAtMs: number
  /** Where the retention clock starts: the original send, except after a move between FIFO queues. */
  readonly retainedFromMs: number
  /** Receives over all queues. */
  readonly receiveCount: number
  readonly firstReceivedAtMs: number | undefined
  readonly deadLetterSourceArn: string | undefined
}

/** A message in one queue. A move makes a new one there. */
export interface StoredMessage extends MessageContent {
  /** Unique within its queue; counts up in the order of arrival. */
  readonly key: number
  readonly sentAtMs: number
  readonly retainedFromMs: number
  readonly arrivedAtMs: number
  readonly deadLetterSourceArn: string | undefined
  readonly sequenceNumber: string | undefined
  state: MessageState
  /** Place in the delivery order of a standard queue. */
  order: number
  receiveCount: number
  /** Receives in this queue: what maxReceiveCount and the poison rule of the age metric look at. */
  receivesHere: number
  firstReceivedAtMs: number | undefined
  lastReceivedAtMs: number
  /** When a delayed message appears or an in-flight one returns. */
  dueAtMs: number
  /** Counts changes of `dueAtMs`, so that an older alarm for this message is known to be stale. */
  dueVersion: number
}

export function newMessageId(): string {
  return randomUUID()
}

export function md5Hex(text: string): string {
  return hash('md5', text, 'hex')
}

export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex')
}
