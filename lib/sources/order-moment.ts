import type { OutcomeMessage, OutcomeParsing } from './outcome-message.ts'

/** Clocks of two services differ; a moment further ahead than this was planned and has not come. */
export const CLOCK_SLACK_MS = 5 * 60_000
/** The first eight hex digits of an id are its second of creation; before 2009 there were no such ids. */
const EARLIEST_ID_MS = Date.UTC(2009, 0, 1)

/**
 * The moment by which events of one notification are put in order: the latest that the event itself carries, none of them planned. Without
 * any, the second in which the notification was created, which is told by its id, then when the queue took the event.
 */
export function orderMoment(
  moments: readonly (number | null | undefined)[],
  notificationId: string,
  { message, parsing }: { readonly message: OutcomeMessage; readonly parsing: OutcomeParsing },
): number {
  const arrivedMs = message.sentTimestampMs ?? parsing.observedAtMs
  const latestMs = arrivedMs + CLOCK_SLACK_MS
  const usable = moments.filter((atMs): atMs is number => typeof atMs === 'number' && atMs <= latestMs)
  if (usable.length > 0) return Math.max(...usable)
  const createdMs = /^[0-9a-f]{24}$/i.test(notificationId) ? Number.parseInt(notificationId.slice(0, 8), 16) * 1_000 : 0
  return createdMs >= EARLIEST_ID_MS && createdMs <= latestMs ? createdMs : arrivedMs
}
