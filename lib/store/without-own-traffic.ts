import 'server-only'
import { minuteOf, othersDeleted, type OthersFlow } from '#lib/domain/own-traffic.ts'
import type { QueueFlow } from '#lib/domain/reading.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { listOwnTrafficByQueue, type OwnTraffic } from './own-traffic.ts'
import { listPoints } from './samples.ts'

const MINUTE_MS = 60_000

/**
 * The flows as others made them: what Spillway itself sent, received and deleted is taken off, so that a redrive in place is no evidence
 * that the consumer works. What it changed before it sent it is told beside, since the consumer's deletes may be of those alone. Pages and
 * the store keep SQS's own counts.
 */
export async function withoutOwnTraffic(tx: Tx, flows: readonly QueueFlow[]): Promise<readonly OthersFlow[]> {
  if (flows.length === 0) return flows
  const starts = flows.map(({ atMs }) => atMs)
  const fromMs = minuteOf(starts.reduce((least, atMs) => Math.min(least, atMs))) - MINUTE_MS
  const toMs = flows.reduce((most, flow) => Math.max(most, endOf(flow)), 0)
  const own = await listOwnTrafficByQueue(tx, { fromMs, toMs })
  if (own.size === 0) return flows
  const told = new Map(flows.map((flow) => [`${flow.queue} ${flow.atMs}`, flow.deleted]))
  const cleaned: OthersFlow[] = []
  for (const flow of flows) {
    const minutes = own.get(flow.queue)
    if (minutes === undefined) cleaned.push(flow)
    else {
      const ownBefore = minutes.get(flow.atMs - MINUTE_MS)?.deleted ?? 0
      const isAsked = ownBefore > 0 && flow.deleted > 0
      const before = isAsked
        ? (told.get(`${flow.queue} ${flow.atMs - MINUTE_MS}`) ?? (await deletedAt(tx, flow)))
        : null
      cleaned.push(others(flow, minutes, { own: ownBefore, deleted: before }))
    }
  }
  return cleaned
}

const endOf = ({ atMs, periodSeconds }: QueueFlow): number => atMs + periodSeconds * 1000

/** The deletes of the minute before, as they were told earlier; null where they were not. */
async function deletedAt(tx: Tx, { queue, atMs }: QueueFlow): Promise<number | null> {
  const range = { fromMs: atMs - MINUTE_MS, toMs: atMs, bucketSeconds: 60, fold: 'last' } as const
  const [point] = await listPoints(tx, { ...range, series: seriesOf.flow(queue, 'deleted') })
  return point?.value ?? null
}

function others(
  flow: QueueFlow,
  minutes: ReadonlyMap<number, Required<OwnTraffic>>,
  before: { readonly own: number; readonly deleted: number | null },
): OthersFlow {
  const ours = { sent: 0, sentChanged: 0, received: 0, deleted: 0 }
  for (let atMs = minuteOf(flow.atMs); atMs < endOf(flow); atMs += MINUTE_MS) {
    const counts = minutes.get(atMs)
    if (counts === undefined || atMs < flow.atMs) continue
    ours.sent += counts.sent
    ours.sentChanged += counts.sentChanged
    ours.received += counts.received
    ours.deleted += counts.deleted
  }
  // A longer period is taken as one: the edge of a minute matters little in it.
  const own = new Map([
    [flow.atMs, ours.deleted],
    [flow.atMs - MINUTE_MS, before.own],
  ])
  return {
    ...flow,
    sent: Math.max(0, flow.sent - ours.sent),
    received: Math.max(0, flow.received - ours.received),
    deleted: othersDeleted({ atMs: flow.atMs, deleted: flow.deleted }, own, before.deleted),
    sentChanged: ours.sentChanged,
  }
}
