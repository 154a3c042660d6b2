import { aboutTotal } from '#lib/domain/redrive.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

/** How much of what there was is moved, 0 to 1; half while it moves and nobody knows how much there was. */
export function movedShare({
  state,
  counts,
  aboutMessages,
  mostMessages,
}: Pick<RedrivePage, 'state' | 'counts' | 'aboutMessages' | 'mostMessages'>): number {
  if (state === 'verifying' || state === 'done') return 1
  const total = aboutTotal({ aboutMessages, mostMessages, moved: counts.moved })
  if (total === null || total === 0) return counts.moved === 0 ? 0 : 0.5
  return Math.min(1, counts.moved / total)
}
