import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { momentText } from './moments.ts'

/** Columns of `outcome_event` with their SQL types, as rows travel to the store. */
export const EVENT_COLUMNS = [
  ['event_key', 'text'],
  ['at', 'timestamptz'],
  ['notification_id', 'text'],
  ['status', 'text'],
  ['reason', 'text'],
  ['raw_status', 'text'],
  ['raw_detail', 'text'],
  ['observed_at', 'timestamptz'],
] as const

export type EventRow = Readonly<Record<(typeof EVENT_COLUMNS)[number][0], string | null>>

/** The row of an event. */
export function eventRowOf(event: OutcomeEvent): EventRow {
  return {
    event_key: event.eventKey,
    at: momentText(event.order.atMs),
    notification_id: event.notificationId,
    status: event.status,
    reason: event.reason,
    raw_status: event.rawStatus,
    raw_detail: event.rawDetail,
    observed_at: momentText(event.observedAtMs),
  }
}
