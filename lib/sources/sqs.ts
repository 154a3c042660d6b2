import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import { getSqsClient } from '#lib/aws/clients.ts'
import { countAttempts } from '#lib/aws/count-attempts.ts'
import { GAP_REASONS } from '#lib/domain/gap.ts'
import type { Queue } from '#lib/domain/queue.ts'
import type { QueueDepth, Reading } from '#lib/domain/reading.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import type { Settings } from '#lib/config/settings.ts'
import { askAws } from './ask-aws.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, SourceError, type PollContext, type PollResult } from './define-source.ts'
import { readQueues, type QueueRead } from './read-queues.ts'

/** A dead-letter queue is never idle: it is read this often at the latest, however long the beat of the others is. */
const DLQ_SECONDS = 60
const QUEUES_A_PAGE = 1_000

const cursorSchema = z.object({
  inventoryAtMs: z.number().nullable(),
  gaps: z.record(z.string(), z.object({ reason: z.enum(GAP_REASONS), message: z.string() })),
})
type SqsCursor = z.output<typeof cursorSchema>

export const sqs = defineSource({
  id: 'sqs',
  title: 'SQS',
  teaches: 'which queues there are, how many messages wait in each, and which dead-letter queue each has',
  permissions: ['sqs:ListQueues', 'sqs:GetQueueAttributes'],
  missing: missingRegion,
  everySeconds: (settings) => Math.min(settings.sources.sqs.everySeconds, DLQ_SECONDS),
  poll,
})

async function poll(context: PollContext): Promise<PollResult> {
  const startMs = context.nowMs()
  const cursor = readCursor(context)
  const isInventory = isInventoryDue(context, cursor, startMs)
  const urls = isInventory ? await listQueueUrls(context) : listDlqUrls(context.queues)
  const reads = (await readQueues(context, urls)).filter(
    // Deleted since it was listed: leaving it out of the inventory is how it is told to be gone.
    (read) => !(read.kind === 'failed' && read.reason === 'not-found'),
  )
  throwWhenAllFailed(reads)
  const gaps = gapsOf(reads, isInventory ? {} : cursor.gaps)
  const atMs = context.nowMs()
  return {
    readings: [
      ...(isInventory ? [inventoryOf(reads, context.queues, startMs)] : []),
      ...depthsOf(reads),
      ...Object.entries(gaps).map(([scope, gap]): Reading => ({ kind: 'gap', scope, ...gap, atMs })),
    ],
    cursor: { inventoryAtMs: isInventory ? startMs : cursor.inventoryAtMs, gaps },
  }
}

function readCursor({ cursor }: PollContext): SqsCursor {
  const parsed = cursorSchema.safeParse(cursor)
  return parsed.success ? parsed.data : { inventoryAtMs: null, gaps: {} }
}

/** With a beat longer than a minute only the dead-letter queues are read in between. */
function isInventoryDue({ settings }: PollContext, { inventoryAtMs: last }: SqsCursor, nowMs: number): boolean {
  const wantedSeconds = settings.sources.sqs.everySeconds
  if (wantedSeconds <= DLQ_SECONDS || last === null) return true
  // Half a minute of slack: a poll that starts a moment early must not put the inventory off by a whole one.
  return nowMs - last >= (wantedSeconds - DLQ_SECONDS / 2) * 1_000
}

function listDlqUrls(queues: readonly Queue[]): readonly string[] {
  const dlqs = new Set(queues.map((queue) => queue.dlqArn))
  return queues.filter((queue) => dlqs.has(queue.arn)).map((queue) => queue.url)
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

function throwWhenAllFailed(reads: readonly QueueRead[]): void {
  const [first] = reads
  if (first?.kind === 'failed' && reads.every((read) => read.kind === 'failed')) {
    throw new SourceError(first.reason, `None of ${reads.length} queues could be read. ${first.message}`)
  }
}

/** The list is complete even where a queue could not be read: that one is kept as it was last known. */
function inventoryOf(reads: readonly QueueRead[], known: readonly Queue[], atMs: number): Reading {
  const byName = new Map(known.map((queue) => [queue.name, queue]))
  const queues = reads.flatMap((read) => {
    const queue = read.kind === 'told' ? read.answer.queue : byName.get(read.name)
    return queue === undefined ? [] : [queue]
  })
  return { kind: 'queues', atMs, queues, isComplete: true }
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

/** Gaps that hold after this poll: those of the queues that it did not ask stay as they were. */
function gapsOf(reads: readonly QueueRead[], before: SqsCursor['gaps']): SqsCursor['gaps'] {
  const gaps = { ...before }
  for (const read of reads) {
    if (read.kind === 'failed') gaps[read.name] = { reason: read.reason, message: read.message }
    else Reflect.deleteProperty(gaps, read.answer.queue.name)
  }
  return gaps
}
