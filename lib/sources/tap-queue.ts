import { DeleteMessageBatchCommand, ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs'
import { assertBodiesIntact } from '#lib/aws/body-digest.ts'
import { getLongPollClient, getSqsClient, LONG_POLL_SECONDS } from '#lib/aws/clients.ts'
import { awsReach, placeOfUrl } from '#lib/aws/places.ts'
import { ownNameOfUrl } from '#lib/domain/queue.ts'
import { askAws } from './ask-aws.ts'
import { SourceError, type PollContext } from './define-source.ts'

const MESSAGES_A_CALL = 10
/** A batch that is not committed in this time comes again: long enough for a slow commit, short enough after a crash. */
const HIDDEN_SECONDS = 30
/** One long poll and a quick second try; a poll that hangs is not waited for twice. */
const LONG_POLL_DEADLINE_MS = (LONG_POLL_SECONDS + 10) * 1_000
const DELETE_TRIES = 3
const DELETE_TIMEOUT_MS = 10_000

/** A message of a queue that only Spillway reads. */
export interface TapMessage {
  readonly messageId: string
  readonly body: string
  readonly receiptHandle: string
  /** SequenceNumber of a FIFO queue; null on a standard queue. */
  readonly sequence: string | null
  readonly sentTimestampMs: number | null
}

export interface TapBatch {
  readonly messages: readonly TapMessage[]
  /** A full batch came, so that more is likely waiting. */
  readonly isFull: boolean
}

/** Waits up to 20 s for messages. They stay in the queue, hidden for 30 s, until `deleteMessages`. */
export async function receiveMessages(context: PollContext, queueUrl: string): Promise<TapBatch> {
  const client = getLongPollClient(placeOfUrl(awsReach(context.env, context.settings), queueUrl))
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: MESSAGES_A_CALL,
    WaitTimeSeconds: LONG_POLL_SECONDS,
    VisibilityTimeout: HIDDEN_SECONDS,
    // Older servers know only the first name, AWS takes both.
    AttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  })
  const call = callOf('ReceiveMessage', 'sqs:ReceiveMessage', queueUrl)
  const { Messages = [] } = await askAws(
    call,
    context,
    async () => {
      const answer = await client.send(command)
      assertBodiesIntact(answer.Messages ?? [])
      return answer
    },
    LONG_POLL_DEADLINE_MS,
  )
  return { messages: Messages.map((message) => tapMessageOf(message)), isFull: Messages.length >= MESSAGES_A_CALL }
}

/**
 * Deletes messages whose readings are committed. What cannot be deleted comes again and is found to be known. Goes on at shutdown
 * for up to 10 s a try, since the readings are stored already. Throws `SourceError` when SQS refuses or keeps failing.
 */
export async function deleteMessages(
  context: PollContext,
  queueUrl: string,
  messages: readonly TapMessage[],
): Promise<void> {
  let left = messages
  for (let tries = 0; tries < DELETE_TRIES && left.length > 0; tries += 1) {
    left = await deleteBatch(context, queueUrl, left)
  }
  if (left.length === 0) return
  throw new SourceError(
    'invalid-answer',
    `SQS DeleteMessage for ${ownNameOfUrl(queueUrl)} failed for ${left.length} of ${messages.length} messages; they will come again.`,
  )
}

/** Returns the messages that are worth another try: an expired receipt is not, that message comes again with a new one. */
async function deleteBatch(
  context: PollContext,
  queueUrl: string,
  messages: readonly TapMessage[],
): Promise<readonly TapMessage[]> {
  const client = getSqsClient(placeOfUrl(awsReach(context.env, context.settings), queueUrl))
  const command = new DeleteMessageBatchCommand({
    QueueUrl: queueUrl,
    Entries: messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle })),
  })
  const { Failed = [] } = await askAws(
    callOf('DeleteMessageBatch', 'sqs:DeleteMessage', queueUrl),
    // Not the poll's own signal: what is committed is deleted at shutdown too.
    { ...context, signal: new AbortController().signal },
    () => client.send(command),
    DELETE_TIMEOUT_MS,
  )
  const again = new Set(Failed.filter((entry) => entry.SenderFault !== true).map((entry) => entry.Id))
  return messages.filter((_, index) => again.has(String(index)))
}

function callOf(operation: string, permission: string, queueUrl: string) {
  return { service: 'SQS', operation, permission, subject: ownNameOfUrl(queueUrl) } as const
}

function tapMessageOf(message: Message): TapMessage {
  if (message.MessageId === undefined || message.ReceiptHandle === undefined) {
    throw new SourceError('invalid-answer', 'SQS ReceiveMessage gave a message without an id or a receipt.')
  }
  const sequence = message.Attributes?.SequenceNumber
  const sentTimestampMs = Number(message.Attributes?.SentTimestamp)
  return {
    messageId: message.MessageId,
    body: message.Body ?? '',
    receiptHandle: message.ReceiptHandle,
    sequence: sequence !== undefined && /^\d{1,38}$/.test(sequence) ? sequence : null,
    sentTimestampMs: Number.isSafeInteger(sentTimestampMs) && sentTimestampMs > 0 ? sentTimestampMs : null,
  }
}
