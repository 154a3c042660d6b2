import { awsReach, placesOf, type AwsPlace } from '#lib/aws/places.ts'
import { placeOf } from '#lib/domain/queue.ts'
import type { AwsFailure } from '#lib/aws/describe-aws-error.ts'
import type { BackfillRange, CloudwatchCursor, QueueProgress } from './cloudwatch-cursor.ts'
import { SourceError, type PollContext } from './define-source.ts'
import { getMetricData, QUEUES_A_CALL, type MetricAnswer } from './get-metric-data.ts'
import { backfillStartMs } from './plan-backfill.ts'
import { keepRecent, tellChanges, type Told } from './tell-flows.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const LIVE_PERIOD_SECONDS = 60
/**
 * Asked again at every reading: CloudWatch serves datapoints minutes late, and those of a queue that was inactive up to
 * 15 minutes late.
 */
const OVERLAP_MS = 20 * MINUTE_MS
/** The longest stretch that a live reading asks for; what lies before is fetched as history. */
const LONGEST_LIVE_MS = 3 * HOUR_MS

/** One queue after a live reading: what it told and how far it is read now, or why nothing is known. */
export type LiveRead =
  | {
      readonly kind: 'told'
      readonly queue: string
      readonly told: Told
      readonly progress: QueueProgress
      /** History that has to be fetched: all of it for a queue seen for the first time, else the hole of a downtime; null for none. */
      readonly range: BackfillRange | null
    }
  | { readonly kind: 'failed'; readonly queue: string; readonly failure: AwsFailure }

interface LiveStart {
  readonly queue: string
  readonly progress: QueueProgress | null
  readonly fromMs: number
}

/** Asks for the newest periods of every queue, whole periods only. Never throws for CloudWatch: a call that fails fails its queues. */
export async function readLiveFlows(
  context: PollContext,
  cursor: CloudwatchCursor,
  queues: readonly string[],
): Promise<readonly LiveRead[]> {
  const nowMs = context.nowMs()
  const floorMs = Math.floor((nowMs - LONGEST_LIVE_MS) / HOUR_MS) * HOUR_MS
  const starts = queues.map((queue): LiveStart => {
    const progress = cursor.queues[queue] ?? null
    return { queue, progress, fromMs: progress === null ? floorMs : Math.max(floorMs, overlapStartMs(progress.liveMs)) }
  })
  const places = placesOf(awsReach(context.env, context.settings))
  // At once, so that one that does not answer makes no other wait.
  const reads = await Promise.all(
    places.map((place) =>
      readPlace(
        context,
        place,
        starts.filter(({ queue }) => placeOf(queue) === place.name),
      ),
    ),
  )
  return reads.flat()
}

async function readPlace(
  context: PollContext,
  place: AwsPlace,
  starts: readonly LiveStart[],
): Promise<readonly LiveRead[]> {
  const reads: LiveRead[] = []
  for (let index = 0; index < starts.length; index += QUEUES_A_CALL) {
    reads.push(...(await readBatch(context, place, starts.slice(index, index + QUEUES_A_CALL))))
  }
  return reads
}

async function readBatch(
  context: PollContext,
  place: AwsPlace,
  starts: readonly LiveStart[],
): Promise<readonly LiveRead[]> {
  const nowMs = context.nowMs()
  const window = {
    fromMs: Math.min(...starts.map((start) => start.fromMs)),
    // A period that has not ended is not asked for: its counts would still grow.
    toMs: floorToMinute(nowMs),
    periodSeconds: LIVE_PERIOD_SECONDS,
  }
  try {
    const answer = await getMetricData(context, { place, queues: starts.map((start) => start.queue) }, window)
    return starts.map((start) => readOf(context, start, { answer, nowMs }))
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const { reason, message } = error
    return starts.map(({ queue }) => ({ kind: 'failed', queue, failure: { reason, message } }))
  }
}

function readOf(
  context: PollContext,
  { queue, progress, fromMs }: LiveStart,
  { answer, nowMs }: { readonly answer: MetricAnswer; readonly nowMs: number },
): LiveRead {
  const failure = answer.failures.get(queue)
  if (failure !== undefined) return { kind: 'failed', queue, failure }
  const points = (answer.points.get(queue) ?? []).filter((point) => point.atMs >= fromMs)
  const { recent, ...told } = tellChanges(queue, points, progress?.recent ?? {}, LIVE_PERIOD_SECONDS)
  return {
    kind: 'told',
    queue,
    told,
    progress: { liveMs: nowMs, recent: keepRecent(recent, overlapStartMs(nowMs)) },
    range: historyBefore(context, { queue, progress, fromMs }, nowMs),
  }
}

function historyBefore(
  context: PollContext,
  { queue, progress, fromMs }: LiveStart,
  nowMs: number,
): BackfillRange | null {
  const days = context.settings.sources['cloudwatch-metrics'].backfillDays
  const wantedMs = backfillStartMs(nowMs, days)
  const known = Object.keys(progress?.recent ?? {}).map(Number)
  // What was told already is not told again as history.
  const toldToMs =
    progress === null ? wantedMs : Math.max(overlapStartMs(progress.liveMs), ...known.map((at) => at + MINUTE_MS))
  const startMs = Math.max(wantedMs, toldToMs)
  return startMs < fromMs ? { queue, fromMs: startMs, toMs: fromMs } : null
}

function overlapStartMs(liveMs: number): number {
  return floorToMinute(liveMs - OVERLAP_MS)
}

function floorToMinute(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS
}
