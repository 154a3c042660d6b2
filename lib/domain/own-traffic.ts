import type { QueueFlow } from './reading.ts'
import type { CountedFlow } from './redrive-fate.ts'

/** A flow as others than Spillway made it, with what has to be known of Spillway's own beside it. */
export interface OthersFlow extends QueueFlow {
  /** Messages that Spillway sent in it after it had changed them; not among `sent`. None where it is absent. */
  readonly sentChanged?: number
}

/** One minute of a queue's deletes as CloudWatch tells them. */
export interface DeletedMinute {
  readonly atMs: number
  readonly deleted: number
}

/** One whole minute as CloudWatch tells it. */
export interface FlowMinute extends DeletedMinute {
  readonly sent: number
}

const MINUTE_MS = 60_000

/**
 * The deletes of a minute that somebody else made. `own` are Spillway's, counted before each call and by its own clock: one at the edge
 * of a minute may be counted by SQS in the next, so what the minute before has not used up is taken off here.
 */
export function othersDeleted(
  minute: DeletedMinute,
  own: ReadonlyMap<number, number>,
  deletedBefore: number | null,
): number {
  const ownBefore = own.get(minute.atMs - MINUTE_MS) ?? 0
  const carried = Math.max(0, ownBefore - (deletedBefore ?? 0))
  return Math.max(0, minute.deleted - (own.get(minute.atMs) ?? 0) - carried)
}

/** The start of the minute of a moment. */
export function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS) * MINUTE_MS
}

/**
 * Sums minutes from that of a first send on; null for none. Deletes of the first minute may have come before the send, so they are set
 * against nothing unless it is known that there were none before (`wasQuiet`).
 */
export function sumFlow(
  minutes: readonly FlowMinute[],
  own: ReadonlyMap<number, number>,
  options: { readonly firstMs: number; readonly wasQuiet: boolean },
): CountedFlow | null {
  const firstMs = minuteOf(options.firstMs)
  const counted = minutes.filter(({ atMs }) => atMs >= firstMs)
  if (counted.length === 0) return null
  const byMinute = new Map(minutes.map((minute) => [minute.atMs, minute.deleted]))
  let [sent, deleted, others] = [0, 0, 0]
  for (const minute of counted) {
    sent += minute.sent
    if (options.wasQuiet || minute.atMs > firstMs) deleted += minute.deleted
    others += othersDeleted(minute, own, byMinute.get(minute.atMs - MINUTE_MS) ?? null)
  }
  return { sent, deleted, others }
}
