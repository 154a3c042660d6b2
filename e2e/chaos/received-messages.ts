import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { LoggedCall } from '#world/request-log.ts'
import type { World } from '#world/world.ts'

/** A message as the request log shows that Spillway received it. */
export interface ReceivedMessage {
  readonly queueUrl: string
  readonly receiptHandle: string
  readonly body: string
}

/** Every message that was handed to Spillway, a redelivered one as often as it was. */
export function listReceived(world: Pick<World, 'log'>): ReceivedMessage[] {
  return world.log
    .list({ service: 'sqs', operation: 'ReceiveMessage', caller: 'spillway' })
    .flatMap((call) => messagesOf(call))
}

function messagesOf({ request, response }: LoggedCall): ReceivedMessage[] {
  const queueUrl = textAt(request, 'QueueUrl')
  return listAt(response, 'Messages').map((message) => ({
    queueUrl,
    receiptHandle: textAt(message, 'ReceiptHandle'),
    body: textAt(message, 'Body'),
  }))
}

/** Receipt handles that a DeleteMessageBatch names. */
export function deletedHandles(request: unknown): string[] {
  return listAt(request, 'Entries').map((entry) => textAt(entry, 'ReceiptHandle'))
}

/**
 * Makes visible again what a killed process held, as SQS does by itself 30 s after the receive. It saves a run that wait and nothing else:
 * the messages come again either way.
 */
export async function endVisibilityTimeouts(world: World, sqs: SQSClient): Promise<void> {
  const byQueue = Map.groupBy(listReceived(world), ({ queueUrl }) => queueUrl)
  for (const [queueUrl, messages] of byQueue) {
    for (let from = 0; from < messages.length; from += 10) {
      // Entries for messages that are deleted fail, each by itself.
      await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.slice(from, from + 10).map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      )
    }
  }
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined
  return Array.isArray(found) ? found : []
}

function textAt(value: unknown, key: string): string {
  const found: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined
  if (typeof found !== 'string') throw new Error(`The request log holds no text under ${key}.`)
  return found
}
