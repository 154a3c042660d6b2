import 'server-only'
import type { Notifier } from '#lib/notify/define-notifier.ts'
import { isStoreUnavailable } from '#lib/store/db.ts'
import { retryRefused } from '#lib/store/outbox-delivery.ts'
import { createCallTally } from './call-tally.ts'
import type { CollectContext } from './collect-context.ts'
import { deliverNext, type DeliveryRun } from './deliver-next.ts'
import { backoffMs, pause } from './pause.ts'
import { noteTrouble, runUnderLease } from './run-under-lease.ts'

/** How fast the outbox is emptied, in ms. */
export interface OutboxPace {
  /** Between two looks at an outbox in which nothing was due. People are told within three seconds. */
  readonly beatMs: number
  /**
   * From handing a message over until another process may ask whether it arrived. Longer than the call may take to begin and to end, so that
   * no call that is still under way can arrive after the question.
   */
  readonly askAfterMs: number
  /** A call that has not begun by then does not begin: the lease may have passed on meanwhile. */
  readonly beginWithinMs: number
  /** A call that has not ended by then is given up. Together with `beginWithinMs` less than `askAfterMs`. */
  readonly endWithinMs: number
  /** From a call of this process that ended without an answer until it asks whether the message arrived: it may arrive late. */
  readonly settleMs: number
  /** Between two tries of what a person must mend. */
  readonly refusedMs: number
  /** After a failure: doubling from the first to the most, a part of it by chance. */
  readonly firstBackoffMs: number
  readonly mostBackoffMs: number
}

export const OUTBOX_PACE: OutboxPace = {
  beatMs: 1_000,
  askAfterMs: 15_000,
  beginWithinMs: 4_000,
  endWithinMs: 10_000,
  settleMs: 3_000,
  refusedMs: 60_000,
  firstBackoffMs: 1_000,
  mostBackoffMs: 60_000,
}

const STORE_BACKOFF = { firstMs: 250, mostMs: 5_000 }

/**
 * Delivers what the outbox holds for one channel for as long as this process holds its lease, until `signal` is aborted: at least once, and
 * where it is not known whether a message arrived, the channel is asked first. Messages for a channel that is not configured wait. Never throws.
 */
export async function runOutbox(
  notifier: Notifier,
  context: CollectContext,
  signal: AbortSignal,
  pace: OutboxPace = OUTBOX_PACE,
): Promise<void> {
  if (notifier.missing(context.env, context.settings) !== null) return
  const calls = createCallTally()
  await runUnderLease(`outbox:${notifier.id}`, context, signal, async (lease, held) => {
    const run: DeliveryRun = { notifier, context, pace, calls, lease, held, hold: { untilMs: 0, failures: 0 } }
    await context.withStore((db) => retryRefused(db.orm, notifier.id, context.nowMs()))
    await empty(run)
  })
}

async function empty(run: DeliveryRun): Promise<void> {
  const { context, held, pace, hold } = run
  let storeFailures = 0
  while (!held.aborted) {
    try {
      const isHeld = context.nowMs() < hold.untilMs
      const hasWorked = !isHeld && (await deliverNext(run))
      context.changes.well('store')
      storeFailures = 0
      if (!hasWorked) await pause(pace.beatMs, held)
    } catch (error) {
      if (held.aborted) return
      if (!isStoreUnavailable(error)) throw error
      noteTrouble('outbox', error, context)
      storeFailures += 1
      await pause(backoffMs(storeFailures, STORE_BACKOFF.firstMs, STORE_BACKOFF.mostMs), held)
    }
  }
}
