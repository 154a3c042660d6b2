import 'server-only'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { listQueues } from '#lib/store/queues.ts'
import { holdsOnlyHidden } from './holds-only-hidden.ts'
import { hidesLeft } from './left-messages.ts'
import type { RedriveContext } from './redrive-context.ts'
import type { StepMemory } from './step-memory.ts'

/** One empty receive says nothing: SQS may have looked elsewhere. */
const EMPTY_RECEIVES = 3
const MARGIN_SECONDS = 5
/**
 * In place a message shows itself once a visibility timeout, and the consumer's pollers often get it first: one that is left is met within
 * so many turns all but surely ...
 */
const TURNS = 10
/** ... and after so long people would rather know that it is over, where a turn takes many minutes. */
const LONGEST_SECONDS = 600

/**
 * How it is known that a source holds nothing more to move. `empty`: SQS counts no more than what this redrive itself met, left and hides.
 * `quiet`: nothing came for longer than what a hold of usual length hides; somebody may still hide some of it for longer.
 */
export type Drained = 'empty' | 'quiet'

/** Whether the source holds nothing more to move, once nothing new came several times in a row; null while it may. */
export async function drainedBy(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Drained | null> {
  if (memory.idleReceives < EMPTY_RECEIVES || memory.idleSince === null) return null
  if (await holdsOnlyHidden(context, run.sourceUrl, hidesLeft(run) ? memory.left.hidden : 0)) return 'empty'
  return performance.now() - memory.idleSince > (await quietSeconds(run, context)) * 1000 ? 'quiet' : null
}

/** How long nothing must have come before nothing is taken to be left. */
async function quietSeconds(run: Redrive, context: RedriveContext): Promise<number> {
  const least = await hiddenSeconds(run, context)
  if (run.mode !== 'in-place') return least
  return Math.max(least, Math.min(LONGEST_SECONDS, TURNS * (await timeoutSeconds(run, context)) + MARGIN_SECONDS))
}

/** The longest that a message which somebody holds stays out of sight: twice, since others compete for it. */
export async function hiddenSeconds(run: Redrive, context: RedriveContext): Promise<number> {
  const timeout = run.mode === 'in-place' ? await timeoutSeconds(run, context) : 0
  return Math.max(run.holdSeconds, 2 * timeout) + MARGIN_SECONDS
}

async function timeoutSeconds(run: Redrive, context: RedriveContext): Promise<number> {
  const queues = await context.commit((tx) => listQueues(tx))
  return queues.find(({ name }) => name === run.sourceQueue)?.visibilityTimeoutSeconds ?? 30
}
