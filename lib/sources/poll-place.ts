import { z } from 'zod'
import type { AwsPlace } from '#lib/aws/places.ts'
import { GAP_REASONS } from '#lib/domain/gap.ts'
import { placeOf, scopeOfPlace, type Queue } from '#lib/domain/queue.ts'
import { SourceError, type PollContext } from './define-source.ts'
import { listQueueUrls } from './list-queue-urls.ts'
import { queuesAfter, takeTurn, type Turn } from './queue-turn.ts'
import { readQueues, type QueueRead } from './read-queues.ts'
import { readTags } from './read-tags.ts'

/** Throttled polls that are remembered: each makes the beats of source queues longer, each good one shorter again. */
const MOST_THROTTLED_POLLS = 3

/** What is remembered of a place from poll to poll: how often SQS throttled there of late, and which of its queues cannot be read. */
export const placeCursorSchema = z.object({
  throttledPolls: z.number().default(0),
  gaps: z.record(z.string(), z.object({ reason: z.enum(GAP_REASONS), message: z.string() })),
})
export type PlaceCursor = z.output<typeof placeCursorSchema>

/** One poll of one place. */
export interface PlacePoll {
  /** The inventory after it; where the place did not answer, as it was. */
  readonly queues: readonly Queue[]
  readonly reads: readonly QueueRead[]
  /** Parts that are not known now: queues, or all of the place and each of its queues. */
  readonly gaps: PlaceCursor['gaps']
  readonly cursor: PlaceCursor
  /** Why nothing of the place is known; null when it answered. */
  readonly failure: SourceError | null
}

/**
 * Lists the queues of a place, and asks those whose turn it is how much is in them: dead-letter queues each minute at the latest, quiet
 * source queues less often. What is not asked keeps its last reading, whose age the pages show. A place that does not answer stops no
 * other: its queues stay in the inventory and are not known.
 */
export async function pollPlace(
  whole: PollContext,
  place: AwsPlace,
  { cursor, startMs }: { readonly cursor: PlaceCursor; readonly startMs: number },
): Promise<PlacePoll> {
  const context = { ...whole, queues: whole.queues.filter(({ name }) => placeOf(name) === place.name) }
  try {
    const urls = await listQueueUrls(context, place)
    const rule = { ...context.settings.sources.sqs, throttledPolls: cursor.throttledPolls }
    const turn = takeTurn(context, urls, { rule, startMs })
    return await readTurn(context, place, { cursor, turn })
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return unanswered(context, place, { cursor, failure: error })
  }
}

async function readTurn(
  context: PollContext,
  place: AwsPlace,
  { cursor, turn }: { readonly cursor: PlaceCursor; readonly turn: Turn },
): Promise<PlacePoll> {
  const reads = (await readQueues(context, place, turn.dueUrls)).filter(
    // Deleted since it was listed: leaving it out of the inventory is how it is told to be gone.
    (read) => !(read.kind === 'failed' && read.reason === 'not-found'),
  )
  throwWhenAllFailed(reads, turn)
  const queues = queuesAfter(turn, reads)
  const tagged = await readTags(context, place, queues)
  const gaps = gapsAfter(reads, cursor.gaps, queues)
  const isThrottled = reads.some((read) => read.kind === 'failed' && read.reason === 'throttled')
  return {
    queues: queues.map((queue) => ({ ...queue, ...tagged.get(queue.arn) })),
    reads,
    gaps,
    cursor: { throttledPolls: throttledAfter(cursor, isThrottled), gaps },
    failure: null,
  }
}

function unanswered(
  { queues }: PollContext,
  place: AwsPlace,
  { cursor, failure }: { readonly cursor: PlaceCursor; readonly failure: SourceError },
): PlacePoll {
  const { reason, message } = failure
  const scopes = [scopeOfPlace(place.name), ...queues.map(({ name }) => name)]
  return {
    queues,
    reads: [],
    gaps: Object.fromEntries(scopes.map((scope) => [scope, { reason, message }])),
    cursor: { ...cursor, throttledPolls: throttledAfter(cursor, reason === 'throttled') },
    failure,
  }
}

function throttledAfter({ throttledPolls }: PlaceCursor, isThrottled: boolean): number {
  return Math.max(0, Math.min(MOST_THROTTLED_POLLS, throttledPolls + (isThrottled ? 1 : -1)))
}

/** Where only some were asked, those may be the few that fail: then each is a gap of its own. */
function throwWhenAllFailed(reads: readonly QueueRead[], { dueUrls, urls }: Turn): void {
  const [first] = reads
  if (dueUrls.length === urls.length && first?.kind === 'failed' && reads.every((read) => read.kind === 'failed')) {
    throw new SourceError(first.reason, `None of ${dueUrls.length} queues could be read. ${first.message}`)
  }
}

/** Gaps that hold after this poll: those of queues that it did not ask stay as they were, those of queues that are gone end. */
function gapsAfter(
  reads: readonly QueueRead[],
  before: PlaceCursor['gaps'],
  queues: readonly Queue[],
): PlaceCursor['gaps'] {
  const names = new Set([
    ...queues.map(({ name }) => name),
    ...reads.flatMap((read) => (read.kind === 'failed' ? [read.name] : [])),
  ])
  const gaps = Object.fromEntries(Object.entries(before).filter(([name]) => names.has(name)))
  for (const read of reads) {
    if (read.kind === 'failed') gaps[read.name] = { reason: read.reason, message: read.message }
    else Reflect.deleteProperty(gaps, read.answer.queue.name)
  }
  return gaps
}
