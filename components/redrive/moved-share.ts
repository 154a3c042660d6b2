import { shareOfPlan } from '#lib/domain/redrive.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

/** How much of what there was is moved, 0 to 1; half while it moves and nobody knows how much there was. */
export function movedShare({
  state,
  counts,
  aboutMessages,
  mostMessages,
}: Pick<RedrivePage, 'state' | 'counts' | 'aboutMessages' | 'mostMessages'>): number {
  if (state === 'verifying' || state === 'done') return 1
  return shareOfPlan({ aboutMessages, mostMessages, moved: counts.moved }) ?? (counts.moved === 0 ? 0 : 0.5)
}
