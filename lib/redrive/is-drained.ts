import 'server-only'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { listQueues } from '#lib/store/queues.ts'
import { countQueue, total } from './queue-calls.ts'
import type { RedriveContext } from './redrive-context.ts'
import type { StepMemory } from './step-memory.ts'

/** One empty receive says nothing: SQS may have looked elsewhere. */
const EMPTY_RECEIVES = 3
const MARGIN_SECONDS = 5

/**
 * True when the source holds nothing more to move: nothing came several times in a row, and SQS says that it holds nothing at all, or
 * nothing came for longer than whatever was hidden stays so.
 */
export async function isDrained(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<boolean> {
  if (memory.idleReceives < EMPTY_RECEIVES || memory.idleSince === null) return false
  if (total(await countQueue(context, run.sourceUrl)) === 0) return true
  return performance.now() - memory.idleSince > (await hiddenSeconds(run, context)) * 1000
}

/** The longest that a message which somebody holds stays out of sight: twice, since others compete for it. */
export async function hiddenSeconds(run: Redrive, context: RedriveContext): Promise<number> {
  const queues = await context.commit((tx) => listQueues(tx))
  const timeout = queues.find(({ name }) => name === run.sourceQueue)?.visibilityTimeoutSeconds ?? 30
  return Math.max(run.holdSeconds, run.mode === 'in-place' ? 2 * timeout : 0) + MARGIN_SECONDS
}
