import type { Standing } from '#lib/domain/outcome-standing.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { OthersFlow } from '#lib/domain/own-traffic.ts'
import type { QueueDepth } from '#lib/domain/reading.ts'
import type { Sample } from '#lib/domain/sample.ts'
import type { DetectEvent } from './define-detector.ts'

/** A stage of the flow, as far as detectors name it. */
export interface LabelledQueue {
  readonly queue: string
  readonly label?: string | undefined
}

/** A series that is watched, as far as detectors name it. */
export interface NamedSeries {
  readonly series: string
  readonly label?: string | undefined
}

/** What one event did to its notification. */
export interface FoldedOutcome {
  readonly event: OutcomeEvent
  /** The same event was told before. */
  readonly isDuplicate: boolean
  /** What was true before; null for a new notification. */
  readonly before: Standing | null
  readonly after: Standing
  readonly changed: boolean
}

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
  flows: readonly OthersFlow[],
  isBackfill: boolean,
  stages: readonly LabelledQueue[],
): DetectEvent[] {
  const labels = new Map(stages.map(({ queue, label }) => [queue, label]))
  return flows.map(({ queue, atMs, periodSeconds, sent, received, deleted, sentChanged = 0 }) => ({
    kind: 'flow',
    atMs,
    queue,
    label: labels.get(queue) ?? queue,
    periodSeconds,
    sent,
    received,
    deleted,
    sentChanged,
    isBackfill,
  }))
}

/** Readings of the series that the settings name, oldest first. */
export function metricEvents(
  samples: readonly Sample[],
  isBackfill: boolean,
  metrics: readonly NamedSeries[],
): DetectEvent[] {
  if (metrics.length === 0) return []
  const labels = new Map(metrics.map(({ series, label }) => [series, label ?? series]))
  return samples
    .filter(({ series }) => labels.has(series))
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ series, atMs, value }) => {
      return { kind: 'metric', atMs, series, label: labels.get(series) ?? series, value, isBackfill }
    })
}

/**
 * Only changes are told: neither redeliveries nor events that are older than what is known. Test users are left out. A deletion is told,
 * since nothing is planned then any more. A notification that was not known as onboarding before is new to the detectors, whatever was
 * known of it.
 */
export function outcomeEvents(applied: readonly FoldedOutcome[], isBackfill: boolean): DetectEvent[] {
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
      sentMs: after.sentMs,
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
