import { asc, count, gt } from 'drizzle-orm'
import type { Tx } from './orm.ts'
import { outcome, outcomeEvent } from './outcome-schema.ts'

/** A notification as it stands, whatever its kind; moments in epoch ms. */
export interface StandingOutcome {
  readonly id: string
  readonly status: string
  readonly reason: string
  readonly rawDetail: string | null
  readonly personRef: string | null
  readonly notificationType: string | null
  readonly atMs: number
}

/** Notifications in the order of their ids, from the one behind `after` (from the first when null). */
export async function listOutcomesAfter(tx: Tx, after: string | null, limit: number): Promise<StandingOutcome[]> {
  const rows = await tx
    .select({
      id: outcome.id,
      status: outcome.status,
      reason: outcome.reason,
      rawDetail: outcome.rawDetail,
      personRef: outcome.personRef,
      notificationType: outcome.notificationType,
      at: outcome.orderAt,
    })
    .from(outcome)
    .where(after === null ? undefined : gt(outcome.id, after))
    .orderBy(asc(outcome.id))
    .limit(limit)
  return rows.map(({ at, ...row }) => ({ ...row, atMs: at.getTime() }))
}

/** Events stored; an event that was delivered twice counts once. */
export async function countOutcomeEvents(tx: Tx): Promise<number> {
  const [row] = await tx.select({ events: count() }).from(outcomeEvent)
  return row?.events ?? 0
}
