import type { FlowStage } from '#lib/config/settings.ts'
import type { QueueDepth, QueueFlow } from '#lib/domain/reading.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import type { AppliedOutcome } from '#lib/store/outcomes.ts'

/** `deadLetterOf`: names of the queues whose dead letters go to a queue, by its name. */
export function depthEvents(
  depths: readonly QueueDepth[],
  deadLetterOf: ReadonlyMap<string, readonly string[]>,
): DetectEvent[] {
  return depths.map(({ queue, atMs, visible, inFlight }) => ({
    kind: 'depth',
    atMs,
    queue,
    visible,
    inFlight,
    deadLetterOf: deadLetterOf.get(queue) ?? [],
  }))
}

export function flowEvents(
  flows: readonly QueueFlow[],
  isBackfill: boolean,
  stages: readonly FlowStage[],
): DetectEvent[] {
  const labels = new Map(stages.map(({ queue, label }) => [queue, label]))
  return flows.map(({ queue, atMs, periodSeconds, sent, received, deleted }) => ({
    kind: 'flow',
    atMs,
    queue,
    label: labels.get(queue) ?? queue,
    periodSeconds,
    sent,
    received,
    deleted,
    isBackfill,
  }))
}

/**
 * Only changes are told: neither redeliveries nor events that are older than what is known. Test users are left out. A deletion is told,
 * since nothing is planned then any more. A notification that was not known as onboarding before is new to the detectors, whatever was
 * known of it.
 */
export function outcomeEvents(applied: readonly AppliedOutcome[], isBackfill: boolean): DetectEvent[] {
  return applied
    .filter(
      ({ changed, isDuplicate, before, after }) =>
        changed && !isDuplicate && (after.isCounted || (after.status === 'deleted' && before?.isCounted === true)),
    )
    .map(({ event, before, after }) => ({
      kind: 'outcome',
      atMs: event.order.atMs,
      seenMs: isBackfill ? Math.min(event.order.atMs, event.observedAtMs) : event.observedAtMs,
      notificationId: event.notificationId,
      status: after.status,
      reason: after.reason,
      dueMs: after.dueMs,
      before:
        before?.isOnboarding === after.isOnboarding
          ? { status: before.status, reason: before.reason, dueMs: before.dueMs }
          : null,
      isOnboarding: after.isOnboarding,
      segments: {
        // Whether a profile is new is told by no event.
        profile: null,
        localOffice: after.localOffice,
        notificationType: after.notificationType,
        mailDomain: after.contactDomain,
      },
      isBackfill,
    }))
}
