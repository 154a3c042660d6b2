import 'server-only'
import { minuteOf, othersDeleted } from '#lib/domain/own-traffic.ts'
import type { QueueFlow } from '#lib/domain/reading.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from '#lib/store/db.ts'
import { listOwnTrafficByQueue, type OwnTraffic } from '#lib/store/own-traffic.ts'
import { listPoints } from '#lib/store/samples.ts'

const MINUTE_MS = 60_000

/**
 * The flows as others made them: what Spillway itself sent, received and deleted is taken off, so that a redrive in place is no evidence
 * that the consumer works. Pages and the store keep SQS's own counts.
 */
export async function withoutOwnTraffic(tx: Tx, flows: readonly QueueFlow[]): Promise<readonly QueueFlow[]> {
  if (flows.length === 0) return flows
  const fromMs = Math.min(...flows.map(({ atMs }) => minuteOf(atMs))) - MINUTE_MS
  const toMs = Math.max(...flows.map((flow) => flow.atMs + flow.periodSeconds * 1000))
  const own = await listOwnTrafficByQueue(tx, { fromMs, toMs })
  if (own.size === 0) return flows
  const told = new Map(flows.map((flow) => [`${flow.queue} ${flow.atMs}`, flow.deleted]))
  const cleaned: QueueFlow[] = []
  for (const flow of flows) {
    const minutes = own.get(flow.queue)
    if (minutes === undefined) cleaned.push(flow)
    else {
      const before = told.get(`${flow.queue} ${flow.atMs - MINUTE_MS}`) ?? (await deletedAt(tx, flow))
      cleaned.push(others(flow, minutes, before))
    }
  }
  return cleaned
}

/** The deletes of the minute before, as they were told earlier; null where they were not. */
async function deletedAt(tx: Tx, { queue, atMs }: QueueFlow): Promise<number | null> {
  const range = { fromMs: atMs - MINUTE_MS, toMs: atMs, bucketSeconds: 60, fold: 'last' } as const
  const [point] = await listPoints(tx, { ...range, series: seriesOf.flow(queue, 'deleted') })
  return point?.value ?? null
}

function others(
  flow: QueueFlow,
  minutes: ReadonlyMap<number, Required<OwnTraffic>>,
  deletedBefore: number | null,
): QueueFlow {
  const endMs = flow.atMs + flow.periodSeconds * 1000
  const within = [...minutes].filter(([atMs]) => atMs >= flow.atMs && atMs < endMs).map(([, counts]) => counts)
  const sum = (key: keyof OwnTraffic): number => within.reduce((total, counts) => total + counts[key], 0)
  // A longer period is taken as one: the edge of a minute matters little in it.
  const own = new Map([
    [flow.atMs, sum('deleted')],
    [flow.atMs - MINUTE_MS, minutes.get(flow.atMs - MINUTE_MS)?.deleted ?? 0],
  ])
  return {
    ...flow,
    sent: Math.max(0, flow.sent - sum('sent')),
    received: Math.max(0, flow.received - sum('received')),
    deleted: othersDeleted({ atMs: flow.atMs, deleted: flow.deleted }, own, deletedBefore),
  }
}
