import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { QueueVerdict } from '#lib/domain/queue-truth.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { Tx } from '#lib/store/db.ts'
import { listGaps } from '#lib/store/gaps.ts'
import { listPointsOfMany, type Point } from '#lib/store/samples.ts'
import { verdictOf, type QueueBook, type QueueEntry } from './queue-book.ts'
import { bridgeQuiet } from './quiet-stretches.ts'
import { loadFlowBook, type FlowBook } from './queue-flow.ts'
import type { QueueRow } from './shared.ts'
import type { Sight } from './source-statuses.ts'

const SPARK_MS = 3_600_000

interface RowContext {
  readonly tx: Tx
  readonly nowMs: number
  readonly settings: Settings
  readonly sight: Sight
  readonly book: QueueBook
}

/** Rows of the named queues, in the order of the names; names that the book does not know have none. */
export async function loadQueueRows(context: RowContext, names: readonly string[]): Promise<Map<string, QueueRow>> {
  const { book, settings, nowMs } = context
  const known = names.filter((name) => book.has(name))
  const bucketSeconds = Math.max(60, 2 * settings.sources.sqs.everySeconds)
  const bucketMs = bucketSeconds * 1000
  const fromMs = (Math.floor(nowMs / bucketMs) + 1) * bucketMs - Math.floor(SPARK_MS / bucketMs) * bucketMs
  const [flows, sparks, gaps] = await Promise.all([
    loadFlowBook(context, known),
    listPointsOfMany(context.tx, {
      series: known.map((name) => seriesOf.depth(name, 'visible')),
      fromMs,
      toMs: nowMs,
      bucketSeconds,
      fold: 'max',
    }),
    listGaps(context.tx, { source: 'sqs', fromMs, toMs: nowMs }),
  ])
  const gapsOf = Map.groupBy(gaps, ({ scope }) => scope)
  const rows = new Map<string, QueueRow>()
  for (const name of known) {
    const entry = book.get(name)
    if (entry === undefined) continue
    const points = bridgeQuiet(sparks.get(seriesOf.depth(name, 'visible')) ?? [], {
      bucketSeconds,
      quietSeconds: Math.max(settings.sources.sqs.everySeconds, settings.sources.sqs.quietSeconds),
      gaps: [...(gapsOf.get('*') ?? []), ...(gapsOf.get(name) ?? [])],
    })
    const spark = sparkOf(points, { fromMs, toMs: nowMs, bucketMs, isFresh: entry.depth.freshness.isFresh })
    rows.set(name, queueRow(entry, { book, flows, spark }))
  }
  return rows
}

interface RowParts {
  readonly book: QueueBook
  readonly flows: FlowBook
  readonly spark: QueueRow['spark']
}

function queueRow(entry: QueueEntry, { book, flows, spark }: RowParts): QueueRow {
  const { queue, depth } = entry
  const sums = flows.of(queue.name)
  return {
    name: queue.name,
    label: entry.label,
    ...verdictOf(entry, sums.sent),
    visible: depth.visible,
    inFlight: depth.inFlight,
    delayed: depth.delayed,
    depthAsOfMs: depth.asOfMs,
    depthUnknownSinceMs: depth.freshness.isFresh ? null : depth.freshness.sinceMs,
    ...sums,
    flowAsOfMs: sums.sent === null ? null : entry.lastFlowMs,
    flowUnknownSinceMs: flows.unknownSinceMs(queue.name),
    oldestAgeSeconds: sums.sent === null ? null : entry.oldestAgeSeconds,
    isFifo: queue.isFifo,
    service: entry.service,
    dlq: dlqOf(entry, book),
    deadLetterOf: entry.deadLetterOf,
    spark,
  }
}

function dlqOf({ dlqName }: QueueEntry, book: QueueBook): QueueRow['dlq'] {
  if (dlqName === null) return null
  const dlq = book.get(dlqName)
  // It may lie outside the prefixes that are read, or be gone: then nothing is known of it.
  if (dlq === undefined) return { name: dlqName, letters: null, unknownSinceMs: null, truth: 'unknown' }
  const { visible, inFlight, freshness } = dlq.depth
  return {
    name: dlqName,
    letters: visible === null ? null : visible + (inFlight ?? 0),
    unknownSinceMs: freshness.isFresh ? null : freshness.sinceMs,
    truth: verdictOf(dlq).truth,
  }
}

/** One value a bucket, oldest first; null where nothing was read. While the last reading still tells the present, the buckets after it are left out. */
function sparkOf(
  points: readonly Point[],
  span: { readonly fromMs: number; readonly toMs: number; readonly bucketMs: number; readonly isFresh: boolean },
): QueueRow['spark'] {
  const values = new Map(points.map((point) => [point.atMs, point.value]))
  const count = Math.floor((span.toMs - span.fromMs) / span.bucketMs) + 1
  const spark = Array.from({ length: count }, (_, index) => values.get(span.fromMs + index * span.bucketMs) ?? null)
  const last = span.isFresh ? spark.findLastIndex((value) => value !== null) : -1
  if (last >= 0) return spark.slice(0, last + 1)
  return spark.at(-1) === null ? spark.slice(0, -1) : spark
}

const RANK: Readonly<Record<Truth, number>> = { bad: 0, healing: 1, unknown: 2, muted: 3, ok: 4 }

interface Ranked {
  readonly name: string
  readonly verdict: QueueVerdict
}

/** Worst first, then by name. */
function byTruth(a: Ranked, b: Ranked): number {
  return RANK[a.verdict.truth] - RANK[b.verdict.truth] || a.name.localeCompare(b.name, 'en')
}

/** Names of all queues, worst first, then by name. A dead-letter queue follows its first source and lends it its rank. */
export function orderQueues(book: QueueBook): string[] {
  const verdicts = new Map([...book].map(([name, entry]) => [name, verdictOf(entry)]))
  const rankOf = (name: string): Ranked => ({ name, verdict: verdicts.get(name) ?? UNKNOWN })
  const heads = [...book.values()].filter((entry) => !entry.deadLetterOf.some((source) => book.has(source)))
  const groups = heads.map((entry) => {
    const name = entry.queue.name
    const below = followersOf(name, book)
    const worst = [name, ...below].map(rankOf).sort(byTruth)[0] ?? rankOf(name)
    return { names: [name, ...below], rank: { name, verdict: worst.verdict } }
  })
  const ordered = groups.sort((a, b) => byTruth(a.rank, b.rank)).flatMap((group) => group.names)
  // Two queues that are each other's dead-letter queue have no head; nothing may fall off the page.
  return [...new Set([...ordered, ...book.keys()])]
}

const UNKNOWN: QueueVerdict = { truth: 'unknown', word: 'not read yet', sinceMs: null }

/** The dead-letter queue of a queue, and the dead-letter queue of that, as far as they are known. A shared one stands under its first source. */
function followersOf(name: string, book: QueueBook, seen: ReadonlySet<string> = new Set([name])): string[] {
  const dlqName = book.get(name)?.dlqName ?? null
  const dlq = dlqName === null ? undefined : book.get(dlqName)
  if (dlqName === null || dlq === undefined || seen.has(dlqName) || dlq.deadLetterOf[0] !== name) return []
  return [dlqName, ...followersOf(dlqName, book, new Set([...seen, dlqName]))]
}
