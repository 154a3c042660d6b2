import 'server-only'
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { atMoment, momentOf, msOf } from './moments.ts'
import { lookHold } from './redrive-schema.ts'

/** Messages of a queue that a look has hidden, and until when at the latest: SQS itself gives them back then. Epoch ms. */
export interface LookHold {
  readonly queue: string
  /** A person's name. */
  readonly by: string
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * Notes that a look is about to hide messages; to be committed before the first receive. False when another look has the queue, in
 * whichever process, or a dead one whose messages may still be hidden.
 */
export async function takeHold(tx: Tx, hold: LookHold, token: string): Promise<boolean> {
  const { queue, by, fromMs, untilMs } = hold
  const row = { by, token, from: momentOf(fromMs), until: momentOf(untilMs), released: null }
  const taken = await tx
    .insert(lookHold)
    .values({ queue, ...row })
    .onConflictDoUpdate({
      target: lookHold.queue,
      set: row,
      setWhere: sql`${lookHold.released} is not null or ${lookHold.until} <= ${atMoment(fromMs)}`,
    })
    .returning({ queue: lookHold.queue })
  return taken.length > 0
}

/** Notes that everything was given back. */
export async function releaseHold(tx: Tx, queue: string, token: string, atMs: number): Promise<void> {
  await tx
    .update(lookHold)
    .set({ released: momentOf(atMs) })
    .where(and(eq(lookHold.queue, queue), eq(lookHold.token, token)))
}

/** What looks may have hidden at the moment, of one queue or of all, by queue. */
export async function listHolds(tx: Tx, nowMs: number, queue?: string): Promise<LookHold[]> {
  const rows = await tx
    .select()
    .from(lookHold)
    .where(
      and(
        isNull(lookHold.released),
        gt(lookHold.until, momentOf(nowMs)),
        queue === undefined ? undefined : eq(lookHold.queue, queue),
      ),
    )
    .orderBy(asc(lookHold.queue))
  return rows.map((row) => ({ queue: row.queue, by: row.by, fromMs: msOf(row.from), untilMs: msOf(row.until) }))
}
