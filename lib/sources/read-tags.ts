import { ListQueueTagsCommand } from '@aws-sdk/client-sqs'
import { getSqsClient } from '#lib/aws/clients.ts'
import type { AwsPlace } from '#lib/aws/places.ts'
import type { Queue } from '#lib/domain/queue.ts'
import { askAws } from './ask-aws.ts'
import { SourceError, type PollContext } from './define-source.ts'
import { mapBounded } from './map-bounded.ts'

const DAY_MS = 86_400_000
/** Spread over polls, so that a day's tags of thousands of queues never come in one burst. */
const QUEUES_A_POLL = 50
const CONCURRENCY = 8
/** Spread over the day too: queues that were first seen together are asked up to so much later than a day after. */
const MOST_SPREAD_MS = 3_600_000

export type Tagged = Pick<Queue, 'tags' | 'tagsAskedMs'>

/**
 * Tags of the queues whose turn it is, by ARN: each once a day, the longest not asked first. A refusal is no failure of the source: what
 * was known stays, and the queue is asked again a day later.
 */
export async function readTags(
  context: PollContext,
  place: AwsPlace,
  queues: readonly Queue[],
): Promise<ReadonlyMap<string, Tagged>> {
  const nowMs = context.nowMs()
  const due = queues
    .filter((queue) => queue.tagsAskedMs === null || nowMs - queue.tagsAskedMs >= DAY_MS + spreadMs(queue.arn))
    .toSorted((a, b) => (a.tagsAskedMs ?? 0) - (b.tagsAskedMs ?? 0))
    .slice(0, QUEUES_A_POLL)
  const tagged = new Map<string, Tagged>()
  let isRefused = false
  await mapBounded(due, CONCURRENCY, async (queue) => {
    // What refuses or does not answer one would do the same to the next; the others have their turn in a later poll.
    if (isRefused) return
    const tags = await tagsOf(context, place, queue)
    tagged.set(queue.arn, { tags: tags ?? queue.tags, tagsAskedMs: nowMs })
    isRefused ||= tags === null
  })
  return tagged
}

async function tagsOf(context: PollContext, place: AwsPlace, { url, name }: Queue): Promise<Queue['tags']> {
  const command = new ListQueueTagsCommand({ QueueUrl: url })
  const call = { service: 'SQS', operation: 'ListQueueTags', permission: 'sqs:ListQueueTags', subject: name } as const
  try {
    const { Tags } = await askAws(call, context, () => getSqsClient(place).send(command))
    return Tags ?? {}
  } catch (error) {
    if (error instanceof SourceError) return null
    throw error
  }
}

/** The same for the same queue every day. */
function spreadMs(arn: string): number {
  let hash = 0
  for (const char of arn) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003
  return (hash / 1_000_003) * MOST_SPREAD_MS
}
