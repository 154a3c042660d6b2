import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs'
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { CheckContext, TestQueue } from '#e2e/conformance/check-context.ts'

/** All that one receive can give. */
export const TEN = { MaxNumberOfMessages: 10 }

export function bodies(messages: readonly Message[]): (string | undefined)[] {
  return messages.map(({ Body }) => Body)
}

/** Bodies, each with the handle of its receive. */
export function pairs(messages: readonly Message[]): (string | undefined)[][] {
  return messages.map(({ Body, ReceiptHandle }) => [Body, ReceiptHandle])
}

/** One attribute of this value. */
export function named(value: string): Record<string, MessageAttributeValue> {
  return { name: { DataType: 'String', StringValue: value } }
}

/** A queue that deduplicates by content, holding these bodies; the group is what stands before the hyphen. */
export async function queueWith(
  context: CheckContext,
  contents: readonly string[],
  visibilitySeconds = 30,
): Promise<TestQueue> {
  const queue = await context.createFifoQueue({
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: String(visibilitySeconds),
  })
  for (const body of contents) await context.send(queue, body, { MessageGroupId: body.split('-')[0] })
  return queue
}

/** Changes for how long a received message stays hidden. */
export async function change(context: CheckContext, queue: TestQueue, message: Message | undefined, seconds: number) {
  const VisibilityTimeout = seconds
  const ReceiptHandle = message?.ReceiptHandle
  await context.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout }))
}
