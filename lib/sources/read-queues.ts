import { setTimeout as wait } from 'node:timers/promises'
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { getSqsClient } from '#lib/aws/clients.ts'
import type { GapReason } from '#lib/domain/gap.ts'
import type { AwsPlace } from '#lib/aws/places.ts'
import { nameAt, ownNameOfUrl } from '#lib/domain/queue.ts'
import { askAws } from './ask-aws.ts'
import { SourceError, type PollContext } from './define-source.ts'
import { mapBounded } from './map-bounded.ts'
import { parseQueueAttributes, type QueueAnswer } from './parse-queue-attributes.ts'

const CONCURRENCY = 8
/** Calls are spread a little, so that hundreds of queues are not asked in one burst. */
const MOST_JITTER_MS = 40
/** All wait together after a queue was throttled, each time twice as long, until one is answered. */
const THROTTLED_PAUSE_MS = { first: 250, most: 4_000 }

export type QueueRead =
  | { readonly kind: 'told'; readonly url: string; readonly atMs: number; readonly answer: QueueAnswer }
  | {
      readonly kind: 'failed'
      readonly url: string
      readonly atMs: number
      readonly name: string
      readonly reason: GapReason
      readonly message: string
    }

/**
 * Asks every queue of a place once, in their order. A queue that fails alone is told as such; when queue after queue is throttled or not answered, the
 * rest is not asked any more in this poll: it would make the one worse, and wait for its own timeouts in the other.
 */
export async function readQueues(
  context: PollContext,
  place: AwsPlace,
  urls: readonly string[],
): Promise<readonly QueueRead[]> {
  const nameOf = (url: string): string => nameAt(ownNameOfUrl(url), place.name)
  let unanswered = 0
  let last: SourceError | null = null
  const calm = throttleBrake(context.signal)
  return mapBounded(urls, CONCURRENCY, async (url): Promise<QueueRead> => {
    if (last !== null && unanswered >= CONCURRENCY) return failed(context, nameOf(url), { url, error: last })
    if (urls.length > CONCURRENCY) await wait(Math.random() * MOST_JITTER_MS, undefined, { signal: context.signal })
    await calm.wait()
    try {
      const read = await readQueue(context, place, url)
      unanswered = 0
      calm.release()
      return read
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
      if (error.reason === 'throttled') calm.press()
      if (error.reason === 'timeout' || error.reason === 'unreachable' || error.reason === 'throttled') {
        unanswered += 1
        last = error
      }
      return failed(context, nameOf(url), { url, error })
    }
  })
}

/** A pause that all callers keep: longer with each throttled call, gone with the first that is answered. */
function throttleBrake(signal: AbortSignal) {
  let pauseMs = 0
  return {
    press: () => {
      pauseMs = Math.min(THROTTLED_PAUSE_MS.most, Math.max(THROTTLED_PAUSE_MS.first, 2 * pauseMs))
    },
    release: () => {
      pauseMs = 0
    },
    wait: async () => {
      // Jittered, so that they do not come back in one burst.
      if (pauseMs > 0) await wait(pauseMs * (0.5 + Math.random() / 2), undefined, { signal })
    },
  }
}

async function readQueue(context: PollContext, place: AwsPlace, url: string): Promise<QueueRead> {
  const name = nameAt(ownNameOfUrl(url), place.name)
  const client = getSqsClient(place)
  const call = {
    service: 'SQS',
    operation: 'GetQueueAttributes',
    permission: 'sqs:GetQueueAttributes',
    subject: name,
  } as const
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] })
  const { Attributes } = await askAws(call, context, () => client.send(command))
  const answer = parseQueueAttributes({ url, place: place.name }, Attributes)
  if (typeof answer === 'string') {
    throw new SourceError('invalid-answer', `SQS GetQueueAttributes for ${name} cannot be used: ${answer}.`)
  }
  return { kind: 'told', url, atMs: context.nowMs(), answer }
}

function failed(
  { nowMs }: PollContext,
  name: string,
  { url, error }: { readonly url: string; readonly error: SourceError },
): QueueRead {
  const { reason, message } = error
  return { kind: 'failed', url, atMs: nowMs(), name, reason, message }
}
