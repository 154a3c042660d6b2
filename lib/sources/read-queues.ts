import { setTimeout as wait } from 'node:timers/promises'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { getSqsClient } from '#lib/aws/clients.ts'
import { countAttempts } from '#lib/aws/count-attempts.ts'
import type { GapReason } from '#lib/domain/gap.ts'
import { queueNameOfUrl } from '#lib/domain/queue.ts'
import { askAws } from './ask-aws.ts'
import { SourceError, type PollContext } from './define-source.ts'
import { mapBounded } from './map-bounded.ts'
import { parseQueueAttributes, type QueueAnswer } from './parse-queue-attributes.ts'

const CONCURRENCY = 8
/** Calls are spread a little, so that hundreds of queues are not asked in one burst. */
const MOST_JITTER_MS = 40

export type QueueRead =
  | { readonly kind: 'told'; readonly atMs: number; readonly answer: QueueAnswer }
  | { readonly kind: 'failed'; readonly name: string; readonly reason: GapReason; readonly message: string }

/**
 * Asks every queue once. A queue that fails alone is told as such; when queue after queue is not answered, the rest is not asked
 * any more in this poll, since each would wait for its own timeouts.
 */
export async function readQueues(context: PollContext, urls: readonly string[]): Promise<readonly QueueRead[]> {
  let silent = 0
  let lastSilence: SourceError | null = null
  return mapBounded(urls, CONCURRENCY, async (url): Promise<QueueRead> => {
    const name = queueNameOfUrl(url)
    if (lastSilence !== null && silent >= CONCURRENCY) return failed(name, lastSilence)
    if (urls.length > CONCURRENCY) await wait(Math.random() * MOST_JITTER_MS, undefined, { signal: context.signal })
    try {
      const read = await readQueue(context, url)
      silent = 0
      return read
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      if (error.reason === 'timeout' || error.reason === 'unreachable') {
        silent += 1
        lastSilence = error
      }
      return failed(name, error)
    }
  })
}

async function readQueue(context: PollContext, url: string): Promise<QueueRead> {
  const name = queueNameOfUrl(url)
  const client = getSqsClient(context.env.AWS_REGION)
  const call = {
    service: 'SQS',
    operation: 'GetQueueAttributes',
    permission: 'sqs:GetQueueAttributes',
    subject: name,
  } as const
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })
  const { Attributes } = await askAws(call, context.signal, (signal) =>
    client.send(
      countAttempts(command, () => context.countCall('sqs', 'GetQueueAttributes')),
      { abortSignal: signal },
    ),
  )
  const answer = parseQueueAttributes(url, Attributes)
  if (typeof answer === 'string') {
    throw new SourceError('invalid-answer', `SQS GetQueueAttributes for ${name} cannot be used: ${answer}.`)
  }
  return { kind: 'told', atMs: context.nowMs(), answer }
}

function failed(name: string, { reason, message }: SourceError): QueueRead {
  return { kind: 'failed', name, reason, message }
}
