import 'server-only'
import { and, eq, gte, lt, sql } from 'drizzle-orm'
import { minuteOf } from '#lib/domain/own-traffic.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { ownTraffic } from './redrive-schema.ts'

/** Messages that Spillway itself sends to, receives from and deletes in a queue. */
export interface OwnTraffic {
  readonly sent?: number
  /** Of `sent`: messages that it had changed, so that a consumer which cannot process the others may process them. */
  readonly sentChanged?: number
  readonly received?: number
  readonly deleted?: number
}

/** Adds to what Spillway did to a queue. To be committed before the call, so that a kill makes it too much and never too little. */
export async function addOwnTraffic(tx: Tx, queue: string, traffic: OwnTraffic, atMs: number): Promise<void> {
  await addTrafficOfQueues(tx, new Map([[queue, traffic]]), atMs)
}

/** The same for several queues at once, by name. */
export async function addTrafficOfQueues(tx: Tx, queues: ReadonlyMap<string, OwnTraffic>, atMs: number): Promise<void> {
  const minute = momentOf(minuteOf(atMs))
  const rows = [...queues]
    .map(([queue, { sent = 0, sentChanged = 0, received = 0, deleted = 0 }]) => {
      return { queue, minute, sent, sentChanged, received, deleted }
    })
    .filter(({ sent, received, deleted }) => sent + received + deleted > 0)
    // In one order, so that two writers never wait for each other.
    .toSorted((a, b) => (a.queue < b.queue ? -1 : 1))
  if (rows.length === 0) return
  await tx
    .insert(ownTraffic)
    .values(rows)
    .onConflictDoUpdate({
      target: [ownTraffic.queue, ownTraffic.minute],
      set: {
        sent: sql`${ownTraffic.sent} + excluded.sent`,
        sentChanged: sql`${ownTraffic.sentChanged} + excluded.sent_changed`,
        received: sql`${ownTraffic.received} + excluded.received`,
        deleted: sql`${ownTraffic.deleted} + excluded.deleted`,
      },
    })
}

/** Minutes in which Spillway did something to the queue, by the start of the minute; `toMs` is not included. */
export async function listOwnTraffic(
  tx: Tx,
  query: { readonly queue: string; readonly fromMs: number; readonly toMs: number },
): Promise<Map<number, Required<OwnTraffic>>> {
  const rows = await tx
    .select()
    .from(ownTraffic)
    .where(
      and(
        eq(ownTraffic.queue, query.queue),
        gte(ownTraffic.minute, momentOf(query.fromMs)),
        lt(ownTraffic.minute, momentOf(query.toMs)),
      ),
    )
  return new Map(rows.map(({ queue: _queue, minute, ...counts }) => [msOf(minute), counts]))
}

/** The same for every queue to which Spillway did anything, by the queue's name. */
export async function listOwnTrafficByQueue(
  tx: Tx,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<Map<string, Map<number, Required<OwnTraffic>>>> {
  const rows = await tx
    .select()
    .from(ownTraffic)
    .where(and(gte(ownTraffic.minute, momentOf(range.fromMs)), lt(ownTraffic.minute, momentOf(range.toMs))))
  const queues = new Map<string, Map<number, Required<OwnTraffic>>>()
  for (const { queue, minute, ...counts } of rows) {
    const minutes = queues.get(queue) ?? new Map()
    queues.set(queue, minutes.set(msOf(minute), counts))
  }
  return queues
}

/** Forgets minutes that no reading is kept of any more. */
export async function dropOwnTrafficBefore(tx: Tx, beforeMs: number): Promise<void> {
  await tx.delete(ownTraffic).where(lt(ownTraffic.minute, momentOf(beforeMs)))
}
