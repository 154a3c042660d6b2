import { z } from 'zod'
import { awsReach, placesOf } from '#lib/aws/places.ts'
import { scopeOfPlace } from '#lib/domain/queue.ts'
import type { QueueDepth, Reading } from '#lib/domain/reading.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, type PollContext, type PollResult } from './define-source.ts'
import { placeCursorSchema, pollPlace, type PlaceCursor } from './poll-place.ts'
import { DLQ_SECONDS } from './queue-beats.ts'
import type { QueueRead } from './read-queues.ts'

const cursorSchema = z.object({ places: z.record(z.string(), placeCursorSchema) })

export const sqs = defineSource({
  id: 'sqs',
  title: 'SQS',
  teaches: 'which queues there are, how many messages wait in each, and which dead-letter queue each has',
  permissions: ['sqs:ListQueues', 'sqs:GetQueueAttributes', 'sqs:ListQueueTags'],
  missing: missingRegion,
  everySeconds: (settings) => Math.min(settings.sources.sqs.everySeconds, DLQ_SECONDS),
  poll,
})

/** Reads every place at once, each for itself: only when none answers has the poll failed. */
async function poll(context: PollContext): Promise<PollResult> {
  const startMs = context.nowMs()
  const places = placesOf(awsReach(context.env, context.settings))
  const cursors = readCursors(context)
  const polled = await Promise.all(
    places.map(async (place) => {
      const scope = scopeOfPlace(place.name)
      const cursor = cursors.get(scope) ?? { throttledPolls: 0, gaps: {} }
      return { scope, ...(await pollPlace(context, place, { cursor, startMs })) }
    }),
  )
  const [first] = polled
  if (first !== undefined && first.failure !== null && polled.every(({ failure }) => failure !== null))
    throw first.failure
  const atMs = context.nowMs()
  return {
    readings: [
      { kind: 'queues', atMs: startMs, queues: polled.flatMap(({ queues }) => queues), isComplete: true },
      ...depthsOf(polled.flatMap(({ reads }) => reads)),
      ...polled.flatMap(({ gaps }) =>
        Object.entries(gaps).map(([scope, gap]): Reading => ({ kind: 'gap', scope, ...gap, atMs })),
      ),
    ],
    cursor: { places: Object.fromEntries(polled.map(({ scope, cursor }) => [scope, cursor])) },
  }
}

function readCursors({ cursor }: PollContext): ReadonlyMap<string, PlaceCursor> {
  const parsed = cursorSchema.safeParse(cursor)
  return new Map(parsed.success ? Object.entries(parsed.data.places) : [])
}

function depthsOf(reads: readonly QueueRead[]): readonly Reading[] {
  const depths = reads.flatMap((read): QueueDepth[] => {
    if (read.kind === 'failed') return []
    const { queue, visible, inFlight, delayed } = read.answer
    return [{ queue: queue.name, atMs: read.atMs, visible, inFlight, delayed }]
  })
  if (depths.length === 0) return []
  const samples = depths.flatMap(({ queue, atMs, visible, inFlight, delayed }): Sample[] => [
    { series: seriesOf.depth(queue, 'visible'), atMs, value: visible },
    { series: seriesOf.depth(queue, 'in-flight'), atMs, value: inFlight },
    { series: seriesOf.depth(queue, 'delayed'), atMs, value: delayed },
  ])
  return [
    { kind: 'depths', depths },
    { kind: 'samples', samples, isBackfill: false },
  ]
}
