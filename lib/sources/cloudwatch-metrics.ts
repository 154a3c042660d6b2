import type { QueueFlow, Reading } from '#lib/domain/reading.ts'
import { awsReach, placeOfQueue } from '#lib/aws/places.ts'
import type { AwsFailure } from '#lib/aws/describe-aws-error.ts'
import { toSourceError } from './ask-aws.ts'
import { missingRegion } from './aws-region.ts'
import { readCloudwatchCursor, type BackfillRange, type CloudwatchCursor } from './cloudwatch-cursor.ts'
import { defineSource, SourceError, type PollContext, type PollResult } from './define-source.ts'
import { getMetricData, type MetricAnswer } from './get-metric-data.ts'
import { advanceRanges, keepFetchable, pickChunk, type BackfillChunk } from './plan-backfill.ts'
import { readLiveFlows, type LiveRead } from './read-live-flows.ts'
import { tellFlows } from './tell-flows.ts'

/** A period older than this (or than two beats) when it is first seen is history: nobody is alerted about it. */
const FRESH_MS = 15 * 60_000
/** A queue that has left the inventory is remembered this long, so that coming back does not fetch its whole history again. */
const REMEMBER_MS = 15 * 24 * 3_600_000
/** The inventory comes within seconds of a first start; then its queues are asked for. */
const FIRST_BLIND_SECONDS = 5
/** A queue's name that need not exist. */
const NO_QUEUE = 'spillway-no-queue'
/** Scope of the gap that says that history could not be fetched while the live reading could. */
const HISTORY = 'history'

export const cloudwatchMetrics = defineSource({
  id: 'cloudwatch-metrics',
  title: 'CloudWatch metrics',
  teaches:
    'how many messages each queue is sent, hands out and has deleted, how old the oldest is, and what was before Spillway ran',
  permissions: ['cloudwatch:GetMetricData'],
  missing: missingRegion,
  everySeconds: (settings) => settings.sources['cloudwatch-metrics'].everySeconds,
  poll,
})

/**
 * Live readings and chunks of history take turns, each committed by itself: whenever half a beat has passed the live part comes first,
 * so that it never waits for more than one chunk.
 */
async function poll(context: PollContext): Promise<PollResult> {
  const cursor = readCloudwatchCursor(context.cursor)
  const isLiveDue = cursor.liveAtMs === null || context.nowMs() - cursor.liveAtMs >= liveAfterMs(context, cursor)
  const next = isLiveDue || cursor.backfill.length === 0 ? pollLive : pollHistory
  const result = await next(context, cursor)
  return context.queues.length > 0 ? result : { ...result, againSeconds: blindSeconds(context, cursor) }
}

/** The first inventory is read live at once: its queues do not wait for the next beat. */
function liveAfterMs(context: PollContext, cursor: CloudwatchCursor): number {
  if (cursor.blindReads === 0) return context.settings.sources['cloudwatch-metrics'].everySeconds * 500
  return context.queues.length > 0 ? 0 : blindSeconds(context, cursor) * 500
}

/** How soon it is looked again whether there is an inventory: each time later, since there may be none to come. */
function blindSeconds({ settings }: PollContext, { blindReads }: CloudwatchCursor): number {
  return Math.min(
    settings.sources['cloudwatch-metrics'].everySeconds,
    FIRST_BLIND_SECONDS * 2 ** Math.min(blindReads, 20),
  )
}

async function pollLive(context: PollContext, cursor: CloudwatchCursor): Promise<PollResult> {
  const liveAtMs = context.nowMs()
  const queues = orderQueues(context)
  if (queues.length === 0) await askForNothing(context)
  const reads = await readLiveFlows(context, cursor, queues)
  throwWhenAllFailed(reads)
  const backfill = rangesLeft(context, [...cursor.backfill, ...rangesOf(reads)])
  const history = cursor.gaps[HISTORY]
  const gaps = {
    ...(history === undefined || backfill.length === 0 ? {} : { [HISTORY]: history }),
    ...Object.fromEntries(reads.flatMap((read) => (read.kind === 'failed' ? [[read.queue, read.failure]] : []))),
  }
  return {
    readings: [...liveReadings(context, reads), ...gapReadings(context, gaps)],
    cursor: {
      queues: progressOf(cursor, reads, context.nowMs()),
      backfill,
      liveAtMs,
      blindReads: context.queues.length > 0 ? 0 : cursor.blindReads + 1,
      gaps,
    },
    hasMore: backfill.length > 0,
  }
}

/** While no queue is known there is nothing to ask for; that CloudWatch answers is said only when it did. */
async function askForNothing(context: PollContext): Promise<void> {
  const toMs = Math.floor(context.nowMs() / 60_000) * 60_000
  const place = awsReach(context.env, context.settings).home
  await getMetricData(context, { place, queues: [NO_QUEUE] }, { fromMs: toMs - 60_000, toMs, periodSeconds: 60 })
}

async function pollHistory(context: PollContext, cursor: CloudwatchCursor): Promise<PollResult> {
  const ranges = rangesLeft(context, cursor.backfill)
  const rank = new Map(orderQueues(context).map((queue, index) => [queue, index]))
  // What cannot be read live cannot be read as history either: it must not keep that of the others waiting.
  const seen = ranges.filter(({ queue }) => cursor.gaps[queue] === undefined)
  const chunk = pickChunk(seen.length === 0 ? ranges : seen, context.nowMs(), (queue) => rank.get(queue) ?? rank.size)
  const { readings, ranges: backfill, failure } = await readChunk(context, ranges, chunk)
  const { [HISTORY]: _, ...others } = cursor.gaps
  const gaps = failure === null ? others : { ...others, [HISTORY]: failure }
  return {
    readings: [...readings, ...gapReadings(context, gaps)],
    cursor: { ...cursor, backfill, gaps },
    // After a failure the next try waits for the beat.
    hasMore: failure === null && backfill.length > 0,
  }
}

/** Queues of the flow first, in its order, then the rest. Flow queues are asked for even before the inventory knows them. */
function orderQueues({ env, settings, queues }: PollContext): readonly string[] {
  const reach = awsReach(env, settings)
  const rest = queues.map((queue) => queue.name).toSorted()
  const names = new Set([...settings.flow.map((stage) => stage.queue), ...rest])
  return [...names].filter((name) => placeOfQueue(reach, name)?.hasCloudwatch === true)
}

/** Those of a place that the settings name no more, or no longer want metrics of, are dropped. */
function rangesLeft(context: PollContext, ranges: readonly BackfillRange[]): readonly BackfillRange[] {
  const reach = awsReach(context.env, context.settings)
  const wanted = ranges.filter(({ queue }) => placeOfQueue(reach, queue)?.hasCloudwatch === true)
  return keepFetchable(wanted, context.nowMs())
}

function throwWhenAllFailed(reads: readonly LiveRead[]): void {
  const [first] = reads
  if (first?.kind === 'failed' && reads.every((read) => read.kind === 'failed')) throw toSourceError(first.failure)
}

function rangesOf(reads: readonly LiveRead[]): readonly BackfillRange[] {
  return reads.flatMap((read) => (read.kind === 'told' && read.range !== null ? [read.range] : []))
}

function progressOf(cursor: CloudwatchCursor, reads: readonly LiveRead[], nowMs: number): CloudwatchCursor['queues'] {
  const kept = Object.entries(cursor.queues).filter(([, progress]) => progress.liveMs > nowMs - REMEMBER_MS)
  const read = reads.flatMap((one) => (one.kind === 'told' ? [[one.queue, one.progress] as const] : []))
  return Object.fromEntries([...kept, ...read])
}

function liveReadings(context: PollContext, reads: readonly LiveRead[]): readonly Reading[] {
  const nowMs = context.nowMs()
  const freshMs = Math.max(FRESH_MS, 2_000 * context.settings.sources['cloudwatch-metrics'].everySeconds)
  const told = reads.flatMap((read) => (read.kind === 'told' ? [read.told] : []))
  const flows = told.flatMap((one) => one.flows)
  const samples = told.flatMap((one) => one.samples)
  const isOld = ({ atMs }: { readonly atMs: number }): boolean => atMs < nowMs - freshMs
  return [
    ...readingsOf({ flows: flows.filter(isOld), samples: samples.filter(isOld) }, true),
    ...readingsOf(
      { flows: flows.filter((flow) => !isOld(flow)), samples: samples.filter((sample) => !isOld(sample)) },
      false,
    ),
  ]
}

interface History {
  readonly readings: readonly Reading[]
  readonly ranges: readonly BackfillRange[]
  readonly failure: AwsFailure | null
}

async function readChunk(
  context: PollContext,
  ranges: readonly BackfillRange[],
  chunk: BackfillChunk | null,
): Promise<History> {
  const place = chunk === null ? null : placeOfQueue(awsReach(context.env, context.settings), chunk.queues[0] ?? '')
  if (chunk === null || place === null) return { readings: [], ranges, failure: null }
  const { fromMs, toMs } = chunk.window
  if (fromMs >= toMs) {
    return { readings: [], ranges: advanceRanges(ranges, chunk, new Set(chunk.queues)), failure: null }
  }
  try {
    return historyOf(ranges, chunk, await getMetricData(context, { place, queues: chunk.queues }, chunk.window))
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { readings: [], ranges, failure: { reason: error.reason, message: error.message } }
  }
}

/** A queue whose part of the answer is not whole keeps its range and is asked again. */
function historyOf(ranges: readonly BackfillRange[], chunk: BackfillChunk, answer: MetricAnswer): History {
  const whole = chunk.queues.filter((queue) => !answer.failures.has(queue))
  const told = whole.map((queue) => tellFlows(queue, answer.points.get(queue) ?? [], chunk.window.periodSeconds))
  const [failure = null] = answer.failures.values()
  return {
    readings: readingsOf(
      { flows: told.flatMap((one) => one.flows), samples: told.flatMap((one) => one.samples) },
      true,
    ),
    ranges: advanceRanges(ranges, chunk, new Set(whole)),
    failure,
  }
}

/** Every poll tells all gaps that hold, also those of the part that it did not ask for. */
function gapReadings(context: PollContext, gaps: CloudwatchCursor['gaps']): readonly Reading[] {
  return Object.entries(gaps).map(([scope, { reason, message }]) => ({
    kind: 'gap',
    scope,
    reason,
    message,
    atMs: context.nowMs(),
  }))
}

/** Flows oldest first over all queues, as the detectors want them. */
function readingsOf(
  {
    flows,
    samples,
  }: { readonly flows: readonly QueueFlow[]; readonly samples: Extract<Reading, { kind: 'samples' }>['samples'] },
  isBackfill: boolean,
): readonly Reading[] {
  const readings: Reading[] = []
  if (flows.length > 0) readings.push({ kind: 'flows', flows: flows.toSorted((a, b) => a.atMs - b.atMs), isBackfill })
  if (samples.length > 0) readings.push({ kind: 'samples', samples, isBackfill })
  return readings
}
