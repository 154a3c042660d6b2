import type { Message } from '@aws-sdk/client-sqs'
import type { MessageAttribute } from '#lib/domain/message-shape.ts'
import { nameAt, ownNameOfArn } from '#lib/domain/queue.ts'
import type { MessageAttributes } from './message-digest.ts'

/** A message that was received and not deleted: it is in memory only, for as long as the step that reads it. */
export interface HeldMessage {
  readonly messageId: string
  readonly receipt: string
  readonly body: string
  /** MD5OfBody, which the body was compared with. */
  readonly bodyMd5: string
  readonly attributes: MessageAttributes
  /** X-Ray's trace, the one system attribute that can be sent again; null without one. */
  readonly traceHeader: string | null
  readonly sentMs: number | null
  /** Receives over all queues, this one included; 1 when SQS did not tell. */
  readonly receiveCount: number
  /** Of a dead letter: the queue that it came from; null when SQS does not tell. */
  readonly deadLetterOf: string | null
  /** MessageGroupId: of every message of a FIFO queue, and of a standard queue's where its producer gave one. */
  readonly groupId: string | null
  /** The place in a FIFO queue, in digits; null on a standard queue. */
  readonly sequenceNumber: string | null
}

/** `place`: where its queue is. Null for an answer without an id, a receipt or a digest, with which nothing could be done. */
export function heldMessageOf(message: Message, place: string | null): HeldMessage | null {
  const { MessageId, ReceiptHandle, Body = '', MD5OfBody, MessageAttributes: attributes = {} } = message
  const { Attributes: system = {} } = message
  if (MessageId === undefined || ReceiptHandle === undefined || MD5OfBody === undefined) return null
  const sentMs = Number(system.SentTimestamp)
  const receiveCount = Number(system.ApproximateReceiveCount)
  const arn = system.DeadLetterQueueSourceArn
  return {
    messageId: MessageId,
    receipt: ReceiptHandle,
    body: Body,
    bodyMd5: MD5OfBody,
    attributes,
    traceHeader: system.AWSTraceHeader ?? null,
    sentMs: Number.isSafeInteger(sentMs) && sentMs > 0 ? sentMs : null,
    receiveCount: Number.isSafeInteger(receiveCount) && receiveCount > 0 ? receiveCount : 1,
    deadLetterOf: arn === undefined ? null : nameAt(ownNameOfArn(arn), place),
    groupId: system.MessageGroupId ?? null,
    sequenceNumber: system.SequenceNumber ?? null,
  }
}

/** The attributes as names, types and texts. */
export function attributesOf({ attributes }: Pick<HeldMessage, 'attributes'>): MessageAttribute[] {
  return Object.entries(attributes).map(([name, { DataType = '', StringValue }]) => ({
    name,
    type: DataType,
    value: StringValue ?? null,
  }))
}

/** What counts towards the size of a batch: body and attributes, in bytes. */
export function sizeBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body)
  for (const [name, { DataType = '', StringValue = '', BinaryValue }] of Object.entries(attributes))
    bytes +=
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      (BinaryValue?.byteLength ?? Buffer.byteLength(StringValue))
  return bytes
}
