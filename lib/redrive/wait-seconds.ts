import { LONG_POLL_SECONDS } from '#lib/aws/clients.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'

/** Short, so that the next message is soon met. */
const WAIT_SECONDS = { 'dlq-to-source': 1, 'in-place': 5 } as const
/** So many receives in a row say whether the source is empty; only a source that is not is waited for longer. */
const SHORT_RECEIVES = 3

/**
 * How long a receive waits after so many that brought nothing. In place the consumer waits for the same messages, and where the one who has
 * waited longer gets them, waits of one length can fall in step with the turns in which messages show themselves and begin too late each time:
 * so they grow, up to the 20 s that SQS allows. A pause counts when the receive is over, before anything is done with what it brought.
 */
export function waitSecondsOf({ mode }: Pick<Redrive, 'mode'>, idleReceives: number): number {
  if (mode !== 'in-place') return WAIT_SECONDS[mode]
  const longer = Math.max(0, idleReceives + 1 - SHORT_RECEIVES)
  return Math.min(LONG_POLL_SECONDS, WAIT_SECONDS[mode] * (1 + longer))
}
