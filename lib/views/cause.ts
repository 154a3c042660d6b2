import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { describeCause, type Cause, type HealthyShapes } from '#lib/domain/cause-words.ts'
import { estimateExpired, type ExpiredEstimate, type ExpiryFacts } from '#lib/domain/expired.ts'
import { lookWarning, lookWordsAt } from '#lib/domain/look-words.ts'
import { dlqNameOf } from '#lib/domain/queue.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { atWords } from '#lib/domain/when-words.ts'
import type { Tx } from '#lib/store/db.ts'
import { findLatestLook, findOldestLookedAt, type Look, type LookWithShapes } from '#lib/store/looks.ts'
import { listMarks } from '#lib/store/marks.ts'
import { listQueues, type StoredQueue } from '#lib/store/queues.ts'
import { listOwnTraffic } from '#lib/store/own-traffic.ts'
import { getLatestSamples, listPointsOfMany, sumPoints } from '#lib/store/samples.ts'
import { loadHealthyShapes } from './healthy-shapes.ts'

/** Why messages of a queue are stuck, as far as their shapes tell. */
export interface CausePart {
  readonly cause: Cause
  /** The look that it rests on; null when nobody has looked since the fault began. */
  readonly look: Look | null
  /** Where healthy messages come from; null with none. */
  readonly healthy: { readonly count: number; readonly fromMs: number; readonly toMs: number } | null
  /** Into which queue one may look for it: the dead-letter queue, else the queue itself. */
  readonly lookInto: string
  /** Why looking there is more than a look, for a person to accept; null where it is not. */
  readonly lookWarning: string | null
  /** How much the look read, in words; null without one. */
  readonly lookWords: string | null
  /** How many messages expired unprocessed. */
  readonly expired: ExpiredEstimate
}

export interface CauseQuery {
  readonly tx: Tx
  readonly settings: Settings
  readonly queue: string
  /** When the fault began, epoch ms. */
  readonly sinceMs: number
  readonly nowMs: number
  readonly timeZone: string
}

/** Marks that may explain a fault: somewhat before it, and up to a little after, since it is told by whole minutes. */
const MARKS_BEFORE_MS = 30 * 60_000
const MARKS_AFTER_MS = 2 * 60_000
const MINUTE_MS = 60_000
/** Depths are read far more often than this. */
const DEPTH_AGE_MS = 15 * MINUTE_MS

/** The cause of a queue's fault from what was kept: the latest look, healthy shapes from before the fault, and marks near its beginning. */
export async function loadCause(query: CauseQuery): Promise<CausePart> {
  const { tx, queue: name, sinceMs, nowMs, timeZone } = query
  const queues = await listQueues(tx)
  const queue = queues.find((each) => each.name === name)
  const dlq = queue === undefined ? null : dlqNameOf(queue)
  const looked = dlq === null ? [name] : [dlq, name]
  const latest = await findLatestLook(tx, looked)
  const look = latest !== null && latest.atMs >= sinceMs ? latest : null
  const oldestMs = await findOldestLookedAt(tx, { queues: looked, fromMs: sinceMs })
  const healthy = await loadHealthyShapes(query, name, Math.min(sinceMs, oldestMs ?? sinceMs))
  const marks = await listMarks(tx, { fromMs: sinceMs - MARKS_BEFORE_MS, toMs: sinceMs + MARKS_AFTER_MS })
  const cause = describeCause({ stuck: look?.shapes ?? [], healthy, marks, clock: { nowMs, timeZone } })
  return {
    cause,
    look: look === null ? null : withoutShapes(look),
    healthy: healthy === null ? null : { count: countAll(healthy), fromMs: healthy.fromMs, toMs: healthy.toMs },
    lookInto: dlq ?? name,
    lookWarning: warningOf(queues.find((each) => each.name === (dlq ?? name))),
    lookWords: look === null ? null : lookWordsAt({ ...look, isFifo: look.queue.endsWith('.fifo') }, query),
    expired: await loadExpired(tx, { query, kept: keptIn(queues, dlq === null ? [name] : [name, dlq]), dlq }),
  }
}

function warningOf(queue: StoredQueue | undefined): string | null {
  if (queue === undefined) return null
  const { name, maxReceiveCount } = queue
  return lookWarning({ name, maxReceiveCount, dlqName: dlqNameOf(queue) })
}

type Kept = Pick<ExpiryFacts, 'retentionSeconds' | 'expiredBeforeMs'>

/** How long messages are kept at least, in any of these queues: the clock of a dead letter runs from its first send. */
function keptIn(queues: readonly StoredQueue[], names: readonly string[]): Kept {
  const stuckIn = queues.filter(({ name }) => names.includes(name))
  const seconds = stuckIn.flatMap(({ retentionSeconds }) => retentionSeconds ?? [])
  const befores = stuckIn.flatMap(({ expiredBeforeMs }) => expiredBeforeMs ?? [])
  return {
    retentionSeconds: seconds.length === 0 ? null : Math.min(...seconds),
    expiredBeforeMs: befores.length === 0 ? null : Math.max(...befores),
  }
}

interface Stuck {
  readonly query: CauseQuery
  readonly kept: Kept
  readonly dlq: string | null
}

async function loadExpired(tx: Tx, { query, kept, dlq }: Stuck): Promise<ExpiredEstimate> {
  const { queue: name, sinceMs, nowMs, timeZone } = query
  const [sent, deleted] = [seriesOf.flow(name, 'sent'), seriesOf.flow(name, 'deleted')]
  const newest = (await getLatestSamples(tx, [sent])).get(sent)
  const atMs = newest === undefined ? nowMs : Math.min(nowMs, newest.atMs + MINUTE_MS)
  const range = { fromMs: Math.floor(sinceMs / MINUTE_MS) * MINUTE_MS, toMs: atMs }
  const sums = await sumPoints(tx, { series: [sent, deleted], ...range })
  const own = [...(await listOwnTraffic(tx, { queue: name, ...range })).values()]
  const ownOf = (key: 'sent' | 'deleted'): number => own.reduce((sum, minute) => sum + minute[key], 0)
  return estimateExpired({
    sinceMs,
    atMs,
    atWords: atWords(atMs, nowMs, timeZone),
    ...kept,
    sent: without(sums.get(sent), ownOf('sent')),
    deleted: without(sums.get(deleted), ownOf('deleted')),
    inQueue: await waitingAt(tx, dlq === null ? [name] : [name, dlq], atMs),
  })
}

/** What others did, of what CloudWatch told of everybody. */
function without(told: number | undefined, ours: number): number | null {
  return told === undefined ? null : Math.max(0, told - ours)
}

/** Messages in the queues by the last reading before a moment; null where there was none for long. */
async function waitingAt(tx: Tx, queues: readonly string[], atMs: number): Promise<number | null> {
  const series = queues.flatMap((name) =>
    (['visible', 'in-flight', 'delayed'] as const).map((metric) => seriesOf.depth(name, metric)),
  )
  const query = { fromMs: atMs - DEPTH_AGE_MS, toMs: atMs + 1, bucketSeconds: 60, fold: 'last' } as const
  const last = [...(await listPointsOfMany(tx, { ...query, series })).values()].flatMap((points) => points.at(-1) ?? [])
  return last.length === 0 ? null : last.reduce((sum, { value }) => sum + value, 0)
}

function withoutShapes({ shapes: _shapes, ...look }: LookWithShapes): Look {
  return look
}

function countAll({ shapes }: HealthyShapes): number {
  return shapes.reduce((sum, { count }) => sum + count, 0)
}
