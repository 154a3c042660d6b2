import type { Settings } from '#lib/config/settings.ts'
import { neededApproval, type ApprovalRule } from '#lib/domain/redrive-approval.ts'
import type { Redrive } from './redrive-row.ts'

/** Whether a plan needs a second person by the settings as they are now, and has one. */
export function readApproval(
  plan: Pick<Redrive, 'sourceQueue' | 'destinationQueue' | 'aboutMessages' | 'mostMessages' | 'approvedBy'>,
  { redrive }: Pick<Settings, 'redrive'>,
): { readonly rule: ApprovalRule | null; readonly isGiven: boolean } {
  const { aboutMessages, mostMessages } = plan
  const messages =
    aboutMessages === null && mostMessages === null
      ? null
      : Math.min(aboutMessages ?? Infinity, mostMessages ?? Infinity)
  const queues = [...new Set([plan.sourceQueue, plan.destinationQueue])]
  return { rule: neededApproval(redrive.approval, { queues, messages }), isGiven: plan.approvedBy !== null }
}

/** True where the name of the queue must be typed; where nobody knows how many messages there are, it must be too. */
export function needsTyping(
  { aboutMessages, mostMessages }: Pick<Redrive, 'aboutMessages' | 'mostMessages'>,
  { redrive }: Pick<Settings, 'redrive'>,
): boolean {
  return Math.min(aboutMessages ?? Infinity, mostMessages ?? Infinity) > redrive.confirmAbove
}
