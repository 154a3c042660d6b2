import { setTimeout as pause } from 'node:timers/promises'
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { connectSqs } from '#world/services/connect-sqs.ts'

/** Seldom enough that a redrive meets messages, too. */
const EVERY_MS = 500

/** A consumer that cannot process what carries `JavaType`, and leaves it to come back. Ends with the signal. */
export async function consume(endpoint: string, queueUrl: string, signal: AbortSignal): Promise<void> {
  const sqs = connectSqs(endpoint, 'sync')
  try {
    while (!signal.aborted) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      )
      for (const { ReceiptHandle, MessageAttributes } of Messages)
        if (MessageAttributes?.['JavaType'] === undefined)
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }))
      await pause(EVERY_MS)
    }
  } finally {
    sqs.destroy()
  }
}
