import 'server-only'
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs'
import { assertBodiesIntact } from '#lib/aws/body-digest.ts'
import { getLongPollClient, getOneTryClient, getSqsClient } from '#lib/aws/clients.ts'
import { placeOfUrl } from '#lib/aws/places.ts'
import { askSqs } from './ask-sqs.ts'
import { heldMessageOf, type HeldMessage } from './held-message.ts'
import type { MessageAttributes } from './message-digest.ts'
import type { QueueAccess } from './redrive-context.ts'

export interface ReceiveOptions {
  readonly most: number
  readonly holdSeconds: number
  readonly waitSeconds: number
}

/** Receives up to 10 messages with everything that they carry; they stay in the queue, hidden for `holdSeconds`. */
export async function receive(access: QueueAccess, queueUrl: string, options: ReceiveOptions): Promise<HeldMessage[]> {
  const place = placeOfUrl(access.aws, queueUrl)
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(10, Math.max(1, options.most)),
    WaitTimeSeconds: options.waitSeconds,
    VisibilityTimeout: options.holdSeconds,
    // SQS gives nothing unasked. Older servers know only the first name of the system attributes, AWS takes both.
    MessageAttributeNames: ['All'],
    AttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  })
  const { Messages = [] } = await askSqs(
    'ReceiveMessage',
    queueUrl,
    access,
    async () => {
      const answer = await getLongPollClient(place).send(command)
      assertBodiesIntact(answer.Messages ?? [])
      return answer
    },
    options.waitSeconds,
  )
  return Messages.flatMap((message) => heldMessageOf(message, place.name) ?? [])
}

/** A message to send; `id` names it in the answer. */
export interface Outgoing {
  readonly id: string
  readonly body: string
  readonly attributes: MessageAttributes
  readonly traceHeader: string | null
  readonly groupId?: string
  readonly deduplicationId?: string
}

export interface SendAnswer {
  readonly sent: readonly {
    readonly id: string
    readonly newMessageId: string
    readonly bodyMd5: string | null
    readonly attributesMd5: string | null
  }[]
  /** Refused one by one: nothing of these was sent. `isFinal` when trying again cannot help. */
  readonly failed: readonly { readonly id: string; readonly isFinal: boolean; readonly message: string }[]
}

/** Sends once: a call whose answer is lost is not repeated unseen. Entries that the answer does not name count as neither. */
export async function sendBatch(
  access: QueueAccess,
  queueUrl: string,
  messages: readonly Outgoing[],
): Promise<SendAnswer> {
  const command = new SendMessageBatchCommand({
    QueueUrl: queueUrl,
    Entries: messages.map((message, index) => ({
      Id: String(index),
      MessageBody: message.body,
      ...(Object.keys(message.attributes).length === 0 ? {} : { MessageAttributes: { ...message.attributes } }),
      ...(message.traceHeader === null
        ? {}
        : {
            MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader } },
          }),
      ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
      ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    })),
  })
  const { Successful = [], Failed = [] } = await askSqs('SendMessageBatch', queueUrl, access, () =>
    getOneTryClient(placeOfUrl(access.aws, queueUrl)).send(command),
  )
  const idOf = (entry: string | undefined): string | undefined => messages[Number(entry)]?.id
  return {
    sent: Successful.flatMap(({ Id, MessageId, MD5OfMessageBody, MD5OfMessageAttributes }) => {
      const id = idOf(Id)
      if (id === undefined || MessageId === undefined) return []
      return [
        {
          id,
          newMessageId: MessageId,
          bodyMd5: MD5OfMessageBody ?? null,
          attributesMd5: MD5OfMessageAttributes ?? null,
        },
      ]
    }),
    failed: Failed.flatMap(({ Id, SenderFault, Code, Message }) => {
      const id = idOf(Id)
      if (id === undefined) return []
      return [{ id, isFinal: SenderFault === true, message: Message ?? Code ?? 'no reason given' }]
    }),
  }
}

/** Deletes once. Returns the messages that are deleted; one whose receipt has run out comes again. */
export async function deleteBatch<M extends Pick<HeldMessage, 'receipt'>>(
  access: QueueAccess,
  queueUrl: string,
  messages: readonly M[],
): Promise<readonly M[]> {
  const command = new DeleteMessageBatchCommand({
    QueueUrl: queueUrl,
    Entries: messages.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt })),
  })
  const { Successful = [] } = await askSqs('DeleteMessageBatch', queueUrl, access, () =>
    getOneTryClient(placeOfUrl(access.aws, queueUrl)).send(command),
  )
  const done = new Set(Successful.map(({ Id }) => Number(Id)))
  return messages.filter((_, index) => done.has(index))
}

/** Hides messages for so long from now on; 0 gives them back at once. Returns those for which SQS did so. */
export async function setVisibility<M extends Pick<HeldMessage, 'receipt'>>(
  access: QueueAccess,
  queueUrl: string,
  messages: readonly M[],
  seconds: number,
): Promise<readonly M[]> {
  const command = new ChangeMessageVisibilityBatchCommand({
    QueueUrl: queueUrl,
    Entries: messages.map(({ receipt }, index) => ({
      Id: String(index),
      ReceiptHandle: receipt,
      VisibilityTimeout: seconds,
    })),
  })
  const operation = 'ChangeMessageVisibilityBatch'
  const { Successful = [] } = await askSqs(operation, queueUrl, access, () =>
    getSqsClient(placeOfUrl(access.aws, queueUrl)).send(command),
  )
  const done = new Set(Successful.map(({ Id }) => Number(Id)))
  return messages.filter((_, index) => done.has(index))
}

/** What SQS says that a queue holds; all three are approximate. */
export interface QueueCounts {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

export async function countQueue(access: QueueAccess, queueUrl: string): Promise<QueueCounts> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: [
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    ],
  })
  const { Attributes: told = {} } = await askSqs('GetQueueAttributes', queueUrl, access, () =>
    getSqsClient(placeOfUrl(access.aws, queueUrl)).send(command),
  )
  return {
    visible: Number(told.ApproximateNumberOfMessages ?? Number.NaN),
    inFlight: Number(told.ApproximateNumberOfMessagesNotVisible ?? Number.NaN),
    delayed: Number(told.ApproximateNumberOfMessagesDelayed ?? Number.NaN),
  }
}

/** All of a queue's messages; NaN when SQS did not tell. */
export function total({ visible, inFlight, delayed }: QueueCounts): number {
  return visible + inFlight + delayed
}
