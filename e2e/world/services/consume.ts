import { setTimeout as pause } from 'node:timers/promises'

import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'

import type { ServiceContext, ServiceName } from './service-context.ts'

const PAUSE_AFTER_FAILURE_MS = 500
const WAIT_SECONDS = 5

/** `done` deletes the message; `leave` does nothing, so that it returns after its visibility timeout. */
export type Verdict = 'done' | 'leave'

export interface ConsumeOptions {
  readonly context: ServiceContext
  readonly service: ServiceName
  readonly sqs: SQSClient
  readonly queueUrl: string
  /** What is thrown goes to Sentry and leaves the message, as a listener of the real services does. */
  readonly handle: (message: Message) => Promise<Verdict>
}

/** Receives from one queue until the world stops. Starts at once and returns; failures of SQS are retried for ever. */
export function consume(options: ConsumeOptions): void {
  const { context, service } = options
  void (async () => {
    while (!context.signal.aborted) {
      try {
        await receiveOnce(options)
      } catch (error) {
        if (context.signal.aborted) return
        context.say(service, 'error', `receiving failed: ${String(error)}`)
        await pause(PAUSE_AFTER_FAILURE_MS, undefined, { signal: context.signal }).catch(() => undefined)
      }
    }
  })()
}

async function receiveOnce(options: ConsumeOptions): Promise<void> {
  const { context, queueUrl, sqs } = options
  const received = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
    { abortSignal: context.signal },
  )
  for (const message of received.Messages ?? []) await handleOne(options, message)
}

async function handleOne(options: ConsumeOptions, message: Message): Promise<void> {
  const { context, handle, queueUrl, service, sqs } = options
  let verdict: Verdict = 'leave'
  try {
    verdict = await handle(message)
  } catch (error) {
    if (context.signal.aborted) return
    context.say(service, 'error', `a listener failed: ${String(error)}`)
    context.reportError(service, error)
  }
  if (verdict === 'done') {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }))
  }
}
