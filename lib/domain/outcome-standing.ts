import { isCounted, type OutcomeState } from './outcome-state.ts'
import type { OutcomeReason, OutcomeStatus } from './outcome.ts'

/** What is true of a notification, as far as detectors care. */
export interface Standing {
  readonly status: OutcomeStatus
  readonly reason: OutcomeReason
  /** False as well while no event has told the type. */
  readonly isOnboarding: boolean
  /** False for test users, in-app messages and deleted ones. */
  readonly isCounted: boolean
  /** When it is planned for while it is scheduled, epoch ms; null else. */
  readonly dueMs: number | null
  /** When it was last sent, epoch ms; null while that is not told, and while it is planned. */
  readonly sentMs: number | null
  /** Null while no event has told them. */
  readonly notificationType: string | null
  readonly localOffice: string | null
  readonly contactDomain: string | null
}

export function standingOf(state: OutcomeState): Standing {
  return {
    status: state.place.status,
    reason: state.reason,
    isOnboarding: state.told?.facts.isOnboarding === true,
    isCounted: isCounted(state),
    dueMs: state.place.status === 'scheduled' ? (state.told?.facts.sentAtMs ?? null) : null,
    sentMs: state.place.status === 'scheduled' ? null : lastSentMs(state),
    notificationType: state.told?.facts.notificationType ?? null,
    localOffice: state.told?.facts.localOffice ?? null,
    contactDomain: state.told?.facts.contactDomain ?? null,
  }
}

function lastSentMs({ told }: OutcomeState): number | null {
  if (told === null) return null
  const { sentAtMs, lastRetryMs } = told.facts
  return sentAtMs === null || lastRetryMs === null ? (sentAtMs ?? lastRetryMs) : Math.max(sentAtMs, lastRetryMs)
}
