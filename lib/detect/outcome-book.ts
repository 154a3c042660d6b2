import { foldOutcome, type OutcomeState } from '#lib/domain/outcome-state.ts'
import { standingOf } from '#lib/domain/outcome-standing.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { DetectEvent } from './define-detector.ts'
import { outcomeEvents } from './detect-events.ts'

/** Keeps in memory what is true of each notification, by the same rules as the store, and gives what detectors are told of an event. */
export interface OutcomeBook {
  /** Nothing for an event that changes nothing: a redelivery, or older than what is known in every part. */
  tell(event: OutcomeEvent, options: { readonly isBackfill: boolean }): readonly DetectEvent[]
}

/** A book without any notification. It grows by one small entry a notification. */
export function openOutcomeBook(): OutcomeBook {
  const known = new Map<string, OutcomeState>()
  const told = new Set<string>()
  return {
    tell: (event, { isBackfill }) => {
      const before = known.get(event.notificationId) ?? null
      const after = foldOutcome(before, event)
      // Like the store, which knows events by their key and moment.
      const identity = `${event.eventKey} ${event.order.atMs}`
      const isDuplicate = told.has(identity)
      told.add(identity)
      if (before === after) return []
      known.set(event.notificationId, after)
      const folded = { event, isDuplicate, before: before === null ? null : standingOf(before) }
      return outcomeEvents([{ ...folded, after: standingOf(after), changed: true }], isBackfill)
    },
  }
}
