import 'server-only'
import { durationWords } from '#lib/domain/duration-words.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { atWords } from '#lib/domain/when-words.ts'
import { getFirstSamples } from '#lib/store/read-first-sample.ts'
import { listPointsOfMany, type Fold, type Point } from '#lib/store/samples.ts'
import { silentStretches, spanOf, withHoles, type ChartSpan, type Range } from '#lib/views/chart-data.ts'
import { loadGaps, loadMarks } from '#lib/views/chart-parts.ts'
import { bridgeQuiet } from '#lib/views/quiet-stretches.ts'
import { beatOf } from '#lib/views/queue-book.ts'
import type { ViewContext } from '#lib/views/read-view.ts'
import type { ChartData, ChartSeries, MarkPoint, SourceStatus } from '#lib/views/shared.ts'
import { statusOf } from '#lib/views/source-statuses.ts'

/** CloudWatch tells traffic by the minute at the finest. */
const PERIOD_SECONDS = 60

export interface QueueCharts {
  readonly depthChart: ChartData
  readonly flowChart: ChartData
  readonly ageChart: ChartData
}

interface ChartRequest {
  readonly context: ViewContext
  readonly queue: string
  readonly isDeadLetterQueue: boolean
  readonly range: Range
  readonly statuses: readonly SourceStatus[]
}

/** The three charts of a queue's page over the same range. */
export async function loadQueueCharts(request: ChartRequest): Promise<QueueCharts> {
  const { context, queue, range } = request
  const depthSpan = spanOf(range, context.nowMs, 2 * beatOf(context.settings, request.isDeadLetterQueue))
  const flowSpan = spanOf(range, context.nowMs, PERIOD_SECONDS)
  const marks = await loadMarks(context.tx, flowSpan, [{ kind: 'queue', id: queue }])
  const [depthChart, [flowChart, ageChart]] = await Promise.all([
    depthOf(request, depthSpan, marks),
    cloudwatchOf(request, flowSpan, marks),
  ])
  return { depthChart, flowChart, ageChart }
}

async function depthOf(request: ChartRequest, span: ChartSpan, marks: readonly MarkPoint[]): Promise<ChartData> {
  const { queue, statuses } = request
  const { tx } = request.context
  const lines = [
    { id: 'visible', label: 'waiting', series: seriesOf.depth(queue, 'visible') },
    { id: 'in-flight', label: 'in hand', series: seriesOf.depth(queue, 'in-flight') },
    { id: 'delayed', label: 'delayed', series: seriesOf.depth(queue, 'delayed') },
  ]
  const [points, gaps, note] = await Promise.all([
    pointsOf(request, span, { lines, fold: 'max' }),
    loadGaps(tx, { span, source: 'sqs', scopes: [queue], refillable: [], statuses }),
    depthNote(request, span),
  ])
  const bridged = new Map(
    [...points].map(([series, told]) => [
      series,
      bridgeQuiet(told, { ...span, quietSeconds: quietBeatOf(request), gaps }),
    ]),
  )
  const visible = bridged.get(seriesOf.depth(queue, 'visible')) ?? []
  const series = lines
    .map((line) => chartSeries(line, bridged, { span, unit: 'messages' }))
    // Most queues never delay anything: a line along the floor says less than none.
    .filter(({ id, points: drawn }) => id !== 'delayed' || drawn.some(([, value]) => (value ?? 0) > 0))
  const silences = silentStretches(visible, span, gaps)
  return { ...edges(span), series, gaps: [...gaps, ...silences], marks, note }
}

/** A dead-letter queue is read every minute at the latest, quiet or not. */
function quietBeatOf({ context, isDeadLetterQueue }: ChartRequest): number {
  const { everySeconds, quietSeconds } = context.settings.sources.sqs
  const most = Math.max(everySeconds, quietSeconds)
  return isDeadLetterQueue ? Math.min(60, most) : most
}

async function cloudwatchOf(
  request: ChartRequest,
  span: ChartSpan,
  marks: readonly MarkPoint[],
): Promise<readonly [ChartData, ChartData]> {
  const { queue, statuses, context } = request
  const counts = [
    { id: 'sent', label: 'sent', series: seriesOf.flow(queue, 'sent') },
    { id: 'deleted', label: 'processed', series: seriesOf.flow(queue, 'deleted') },
    { id: 'received', label: 'received', series: seriesOf.flow(queue, 'received') },
  ]
  const age = { id: 'oldest-age', label: 'oldest message', series: seriesOf.flow(queue, 'oldest-age') }
  const refillable = counts.map((line) => line.series)
  const [sums, ages, gaps, note] = await Promise.all([
    pointsOf(request, span, { lines: counts, fold: 'sum' }),
    pointsOf(request, span, { lines: [age], fold: 'max' }),
    loadGaps(context.tx, { span, source: 'cloudwatch-metrics', scopes: [queue], refillable, statuses }),
    flowNote(request, span),
  ])
  const unit = `messages in ${durationWords(span.bucketSeconds)}`
  const shared = { ...edges(span), gaps, marks, note }
  return [
    { ...shared, series: counts.map((line) => chartSeries(line, sums, { span, unit })) },
    { ...shared, series: [chartSeries(age, ages, { span, unit: 'seconds' })] },
  ]
}

interface Line {
  readonly id: string
  readonly label: string
  readonly series: string
}

function pointsOf(
  { context }: ChartRequest,
  span: ChartSpan,
  { lines, fold }: { readonly lines: readonly Line[]; readonly fold: Fold },
): Promise<Map<string, Point[]>> {
  return listPointsOfMany(context.tx, { series: lines.map((line) => line.series), fold, ...span })
}

function chartSeries(
  { id, label, series }: Line,
  points: ReadonlyMap<string, readonly Point[]>,
  { span, unit }: { readonly span: ChartSpan; readonly unit: string },
): ChartSeries {
  return { id, label, unit, points: withHoles(points.get(series) ?? [], span) }
}

function edges({ fromMs, toMs }: ChartSpan): Pick<ChartData, 'fromMs' | 'toMs'> {
  return { fromMs, toMs }
}

async function depthNote({ context, queue, statuses }: ChartRequest, span: ChartSpan): Promise<string | null> {
  const series = seriesOf.depth(queue, 'visible')
  const first = (await getFirstSamples(context.tx, [series])).get(series)
  if (first === undefined) return statusOf(statuses, 'sqs').message ?? 'Spillway has not read this queue yet.'
  if (first < span.fromMs + span.bucketSeconds * 1000) return null
  return `SQS keeps no history: it begins ${when(first, context)}, when Spillway first read this queue.`
}

async function flowNote({ context, queue, statuses }: ChartRequest, span: ChartSpan): Promise<string | null> {
  const series = seriesOf.flow(queue, 'sent')
  const first = (await getFirstSamples(context.tx, [series])).get(series)
  const status = statusOf(statuses, 'cloudwatch-metrics')
  if (first === undefined)
    return status.message ?? 'CloudWatch has told nothing of this queue: it tells nothing while a queue is idle.'
  if (first < span.fromMs + span.bucketSeconds * 1000) return null
  return `What CloudWatch told of this queue begins ${when(first, context)}.`
}

function when(atMs: number, { nowMs, timeZone }: ViewContext): string {
  return atWords(atMs, nowMs, timeZone)
}
