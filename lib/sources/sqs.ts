import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import { getSqsClient } from '#lib/aws/clients.ts'
import { countAttempts } from '#lib/aws/count-attempts.ts'
import { GAP_REASONS } from '#lib/domain/gap.ts'
import type { QueueDepth, Reading } from '#lib/domain/reading.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import type { Settings } from '#lib/config/settings.ts'
import { askAws } from './ask-aws.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, SourceError, type PollContext, type PollResult } from './define-source.ts'
import { DLQ_SECONDS, type BeatRule } from './queue-beats.ts'
import { readQueues, type QueueRead } from './read-queues.ts'
import { readTags } from './read-tags.ts'
import { queuesAfter, takeTurn, type Turn } from './queue-turn.ts'

const QUEUES_A_PAGE = 1_000

/** Throttled polls that are remembered: each makes the beats of source queues longer, each good one shorter again. */
const MOST_THROTTLED_POLLS = 3

const cursorSchema = z.object({
  throttledPolls: z.number().default(0),
  gaps: z.record(z.string(), z.object({ reason: z.enum(GAP_REASONS), message: z.string() })),
})
type SqsCursor = z.output<typeof cursorSchema>

export const sqs = defineSource({
  id: 'sqs',
  title: 'SQS',
  teaches: 'which queues there are, how many messages wait in each, and which dead-letter queue each has',
  permissions: ['sqs:ListQueues', 'sqs:GetQueueAttributes', 'sqs:ListQueueTags'],
  missing: missingRegion,
  everySeconds: (settings) => Math.min(settings.sources.sqs.everySeconds, DLQ_SECONDS),
  poll,
})

/**
 * Lists the queues, and asks those whose turn it is how much is in them: dead-letter queues each minute at the latest, quiet source queues
 * less often. What is not asked keeps its last reading, whose age the pages show.
 */
async function poll(context: PollContext): Promise<PollResult> {
  const cursor = readCursor(context)
  const urls = await listQueueUrls(context)
  const turn = takeTurn(context, urls, ruleOf(context, cursor))
  const reads = (await readQueues(context, turn.dueUrls)).filter(
    // Deleted since it was listed: leaving it out of the inventory is how it is told to be gone.
    (read) => !(read.kind === 'failed' && read.reason === 'not-found'),
  )
  throwWhenAllFailed(reads, turn)
  const queues = queuesAfter(turn, reads)
  const tagged = await readTags(context, queues)
  const gaps = gapsOf(reads, cursor.gaps, queues)
  const atMs = context.nowMs()
  const isThrottled = reads.some((read) => read.kind === 'failed' && read.reason === 'throttled')
  return {
    readings: [
      {
        kind: 'queues',
        atMs: turn.startMs,
        queues: queues.map((queue) => ({ ...queue, ...tagged.get(queue.arn) })),
        isComplete: true,
      },
      ...depthsOf(reads),
      ...Object.entries(gaps).map(([scope, gap]): Reading => ({ kind: 'gap', scope, ...gap, atMs })),
    ],
    cursor: {
      throttledPolls: Math.max(0, Math.min(MOST_THROTTLED_POLLS, cursor.throttledPolls + (isThrottled ? 1 : -1))),
      gaps,
    },
  }
}

function readCursor({ cursor }: PollContext): SqsCursor {
  const parsed = cursorSchema.safeParse(cursor)
  return parsed.success ? parsed.data : { throttledPolls: 0, gaps: {} }
}

function ruleOf({ settings }: PollContext, { throttledPolls }: SqsCursor): BeatRule {
  return { ...settings.sources.sqs, throttledPolls }
}

async function listQueueUrls(context: PollContext): Promise<readonly string[]> {
  const { queuePrefixes }: Settings['sources']['sqs'] = context.settings.sources.sqs
  const urls = new Set<string>()
  for (const prefix of queuePrefixes.length === 0 ? [undefined] : queuePrefixes) {
    let next: string | undefined
    do {
      const page = await listPage(context, prefix, next)
      for (const url of page.QueueUrls ?? []) urls.add(url)
      next = page.NextToken
    } while (next !== undefined)
  }
  return [...urls].toSorted()
}

function listPage(context: PollContext, prefix: string | undefined, next: string | undefined) {
  const client = getSqsClient(context.env.AWS_REGION)
  const command = new ListQueuesCommand({
    // Without MaxResults SQS leaves out whatever is past the first thousand, and says nothing.
    MaxResults: QUEUES_A_PAGE,
    ...(prefix === undefined ? {} : { QueueNamePrefix: prefix }),
    ...(next === undefined ? {} : { NextToken: next }),
  })
  const call = { service: 'SQS', operation: 'ListQueues', permission: 'sqs:ListQueues' } as const
  return askAws(call, context.signal, (signal) =>
    client.send(
      countAttempts(command, () => context.countCall('sqs', 'ListQueues')),
      { abortSignal: signal },
    ),
  )
}

/** Where only some were asked, those may be the few that fail: then each is a gap of its own. */
function throwWhenAllFailed(reads: readonly QueueRead[], { dueUrls, urls }: Turn): void {
  const [first] = reads
  if (dueUrls.length === urls.length && first?.kind === 'failed' && reads.every((read) => read.kind === 'failed')) {
    throw new SourceError(first.reason, `None of ${dueUrls.length} queues could be read. ${first.message}`)
  }
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

/** Gaps that hold after this poll: those of queues that it did not ask stay as they were, those of queues that are gone end. */
function gapsOf(
  reads: readonly QueueRead[],
  before: SqsCursor['gaps'],
  queues: readonly { readonly name: string }[],
): SqsCursor['gaps'] {
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
