import 'server-only'
import { and, asc, eq, gte, lt } from 'drizzle-orm'
import type { OutcomeEvent, OutcomeFacts } from '#lib/domain/outcome.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { factsOfRow, reasonOf, statusOf } from './outcome-row.ts'
import { outcome, outcomeEvent } from './outcome-schema.ts'

/** What came later was not known then. */
function asOf(facts: OutcomeFacts, atMs: number): OutcomeFacts {
  const isLater = facts.lastRetryMs !== null && facts.lastRetryMs > atMs
  return isLater ? { ...facts, lastRetryMs: null } : facts
}

export interface ToldEvents {
  /** By the moment at which they happened, oldest first. */
  readonly events: readonly OutcomeEvent[]
  /** There were more than the limit, so that the newest are missing. */
  readonly isCut: boolean
}

/**
 * What happened to notifications in a range, for detectors to be told again. Facts are those that are known of the notification now; moments
 * of intake are those of the events where they came as history.
 */
export async function listToldEvents(
  tx: Tx,
  query: { readonly fromMs: number; readonly toMs: number; readonly limit: number },
): Promise<ToldEvents> {
  const rows = await tx
    .select()
    .from(outcomeEvent)
    .innerJoin(outcome, eq(outcome.id, outcomeEvent.notificationId))
    .where(and(gte(outcomeEvent.at, momentOf(query.fromMs)), lt(outcomeEvent.at, momentOf(query.toMs))))
    .orderBy(asc(outcomeEvent.at), asc(outcomeEvent.eventKey))
    .limit(query.limit + 1)
  const events = rows.slice(0, query.limit).map(({ outcome: known, outcome_event: event }): OutcomeEvent => {
    const atMs = msOf(event.at)
    return {
      eventKey: event.eventKey,
      notificationId: event.notificationId,
      status: statusOf(event.status),
      reason: reasonOf(event.reason),
      reasonDetail: null,
      rawStatus: event.rawStatus,
      rawDetail: event.rawDetail,
      order: { atMs, sequence: null, sentTimestampMs: null },
      facts: asOf(factsOfRow(known), atMs),
      observedAtMs: event.isBackfill ? atMs : msOf(event.observed),
    }
  })
  return { events, isCut: rows.length > query.limit }
}
