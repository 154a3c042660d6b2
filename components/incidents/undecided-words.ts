import { formatCounted } from '#components/ui/format-count.ts'
import type { UndecidedQueue } from '#lib/views/incident/contract.ts'

/** `33 messages are in flight at profile-created, 1 message at credentials`. */
export function undecidedWords(undecided: readonly UndecidedQueue[]): string {
  return undecided
    .map(({ queue, inFlight }, at) => {
      const verb = at > 0 ? '' : inFlight === 1 ? ' is in flight' : ' are in flight'
      return `${formatCounted(inFlight, 'message')}${verb} at ${queue.label}`
    })
    .join(', ')
}
