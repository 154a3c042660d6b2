import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { redriveName } from '#lib/domain/redrive.ts'
import { approvalWords } from '#lib/domain/redrive-approval.ts'
import type { CheckId, PreflightQueues } from '#lib/domain/redrive-preflight.ts'
import type { Tx } from '#lib/store/db.ts'
import { needsTyping, readApproval } from '#lib/store/read-approval.ts'
import { readPreflight } from '#lib/store/read-preflight.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'

/** What the person says who starts it. */
export interface StartConsent {
  /** Checks of the preflight that they accept. */
  readonly accepts: readonly CheckId[]
  /** The name of the source queue, typed; asked for above `redrive.confirmAbove` messages. */
  readonly typed: string | null
}

/** Throws `conflict` or `invalid_input` with the reason and the way out when a plan may not start yet. */
export async function checkStart(
  tx: Tx,
  plan: Redrive,
  {
    consent,
    queues,
    settings,
    nowMs,
  }: {
    readonly consent: StartConsent
    readonly queues: PreflightQueues | null
    readonly settings: Settings
    readonly nowMs: number
  },
): Promise<void> {
  const name = redriveName(plan.id)
  for (const { id, state, text } of await readPreflight(tx, plan, { settings, nowMs, queues })) {
    // Another redrive is told by the start itself, which alone can tell of two at once.
    const isOthers = id === 'running' && queues?.hasMoveTask !== true
    if (state === 'blocks' && !isOthers) throw new AppError('conflict', `${name} cannot start: ${text}`)
    if (state === 'asks' && !consent.accepts.includes(id))
      throw new AppError('conflict', `${name} asks you to accept first: ${text}`)
  }
  const { rule, isGiven } = readApproval(plan, settings)
  if (rule !== null && !isGiven)
    throw new AppError(
      'conflict',
      `${name} waits for a second person. ${approvalWords(rule)} ${plan.plannedBy} planned it; another operator approves it on its page.`,
    )
  if (needsTyping(plan, settings) && consent.typed !== plan.sourceQueue)
    throw new AppError(
      'invalid_input',
      `typed: ${name} moves many messages. Type the name of the queue, ${plan.sourceQueue}, to start it.`,
    )
}
