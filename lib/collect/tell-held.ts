import 'server-only'
import { listHolds } from '#lib/store/look-holds.ts'
import type { CollectContext } from './collect-context.ts'
import { noteTrouble } from './run-under-lease.ts'

/**
 * Says at the start which messages looks may have hidden, and until when: a process that died gave nothing back, and SQS does so then.
 * Pages say the same meanwhile. Never throws.
 */
export async function tellHeld(context: CollectContext): Promise<void> {
  const { withStore, nowMs, log } = context
  try {
    for (const { queue, by, fromMs, untilMs } of await withStore(({ orm }) => listHolds(orm, nowMs())))
      log.warn(
        { queue, by, from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() },
        'a look did not give back all messages that it read; SQS does so by itself',
      )
  } catch (error) {
    noteTrouble('looks', error, context)
  }
}
