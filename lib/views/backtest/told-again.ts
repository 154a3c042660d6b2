import 'server-only'
import { flowEvents } from '#lib/detect/detect-events.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { openOutcomeBook } from '#lib/detect/outcome-book.ts'
import type { QueueFlow } from '#lib/domain/reading.ts'
import { seriesOf, type FlowMetric } from '#lib/domain/sample.ts'
import { listQueues } from '#lib/store/queues.ts'
import { listPointsOfMany } from '#lib/store/samples.ts'
import { listToldEvents } from '#lib/store/told-events.ts'
import { withoutOwnTraffic } from '#lib/store/without-own-traffic.ts'
import type { ViewContext } from '#lib/views/read-view.ts'
import type { BacktestRule } from './contract.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** What came before is learned from and not judged. */
const LEARNED_MS = 30 * DAY_MS
/** More is not told again for one page. */
const MOST_EVENTS = 40_000
const MOST_QUEUES = 12
const METRICS = ['sent', 'received', 'deleted'] as const satisfies readonly FlowMetric[]

export interface ToldAgain {
  /** In the order of time; what lies before the range is marked as history. */
  readonly events: readonly DetectEvent[]
  readonly isCut: boolean
  /** Up to when it is told, epoch ms. */
  readonly toMs: number
}

interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** What the store holds of a range, as detectors are told it. */
export function tellAgain(rule: BacktestRule, range: Range, context: ViewContext): Promise<ToldAgain> {
  return rule === 'flow-parity' ? flowsAgain(range, context) : outcomesAgain(range, context)
}

async function outcomesAgain({ fromMs, toMs }: Range, { tx }: ViewContext): Promise<ToldAgain> {
  const { events, isCut } = await listToldEvents(tx, { fromMs: fromMs - LEARNED_MS, toMs, limit: MOST_EVENTS })
  const book = openOutcomeBook()
  return {
    events: events.flatMap((event) => book.tell(event, { isBackfill: event.order.atMs < fromMs })),
    isCut,
    toMs: isCut ? (events.at(-1)?.order.atMs ?? toMs) : toMs,
  }
}

/** How finely flows are told: up to an age, in seconds. What is older changes the moment of a finding by an hour at most. */
const TIERS = [
  { ageMs: 2 * DAY_MS, periodSeconds: 60 },
  { ageMs: 7 * DAY_MS, periodSeconds: 300 },
  { ageMs: Infinity, periodSeconds: 3600 },
] as const

async function flowsAgain({ fromMs, toMs }: Range, { tx, settings }: ViewContext): Promise<ToldAgain> {
  const known = (await listQueues(tx)).map(({ name }) => name)
  const queues = [...new Set([...settings.flow.map(({ queue }) => queue), ...known])].slice(0, MOST_QUEUES)
  const series = queues.flatMap((queue) => METRICS.map((metric) => seriesOf.flow(queue, metric)))
  const flows: QueueFlow[] = []
  let endMs = toMs
  for (const { ageMs, periodSeconds } of TIERS) {
    const startMs = Math.max(fromMs, Math.floor((toMs - ageMs) / HOUR_MS) * HOUR_MS)
    if (startMs >= endMs) continue
    const part = { series, fromMs: startMs, toMs: endMs, bucketSeconds: periodSeconds, fold: 'sum' } as const
    const points = await listPointsOfMany(tx, part)
    flows.push(...queues.flatMap((queue) => flowsOf(queue, periodSeconds, points)))
    endMs = startMs
  }
  const told = flows.filter(({ sent, received, deleted }) => sent + received + deleted > 0)
  const inOrder = told.toSorted((a, b) => a.atMs - b.atMs)
  const events = flowEvents(await withoutOwnTraffic(tx, inOrder), false, settings.flow)
  return { events, isCut: false, toMs }
}

function flowsOf(
  queue: string,
  periodSeconds: number,
  points: ReadonlyMap<string, readonly { readonly atMs: number; readonly value: number }[]>,
): QueueFlow[] {
  const flows = new Map<number, Record<(typeof METRICS)[number], number>>()
  for (const metric of METRICS)
    for (const { atMs, value } of points.get(seriesOf.flow(queue, metric)) ?? []) {
      const flow = flows.get(atMs) ?? { sent: 0, received: 0, deleted: 0 }
      flows.set(atMs, { ...flow, [metric]: value })
    }
  return [...flows].map(([atMs, counts]) => ({ queue, atMs, periodSeconds, ...counts, oldestAgeSeconds: null }))
}
