/** One minute of a queue's deletes as CloudWatch tells them. */
export interface DeletedMinute {
  readonly atMs: number
  readonly deleted: number
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
