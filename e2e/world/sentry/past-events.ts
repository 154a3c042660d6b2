import { HOUR_MS, hourWeight } from '#world/past/hour-weights.ts'
import { hashHex, hashUnit } from '#world/random.ts'

import type { SentryEvent, SentryRelease } from './event-store.ts'
import { SENTRY_PROJECTS } from './projects.ts'

const PAST_DAYS = 90
const ORDINARY_ERRORS = [
  ['ReadTimeoutException: Read timed out after 5000 ms', 'uk.nhs.example.RestClient in exchange'],
  ['HttpServerErrorException: 503 Service Unavailable from details', 'uk.nhs.example.ProfileClient in get'],
  ['MongoTimeoutException: Timed out while waiting for a server', 'uk.nhs.example.HistoryRepository in save'],
  ['ConstraintViolationException: traineeTisId: must not be null', 'uk.nhs.example.ProfileListener in onEvent'],
] as const

/** Ordinary errors of 90 healthy days up to now; the same seed gives the same past. */
export function createPastEvents(seed: number, nowMs: number): SentryEvent[] {
  const events: SentryEvent[] = []
  const lastHour = Math.floor(nowMs / HOUR_MS)
  for (const project of SENTRY_PROJECTS) {
    for (let hour = lastHour - PAST_DAYS * 24; hour <= lastHour; hour += 1) {
      // A few errors come at any hour; most follow the traffic.
      const expected = project.errorsPerDay * (0.8 * hourWeight(hour * HOUR_MS) + 0.2 / 24)
      const count = Math.floor(expected + hashUnit(seed, project.id, hour))
      for (let index = 0; index < count; index += 1) {
        const atMs = Math.floor((hour + hashUnit(seed, project.id, hour, index)) * HOUR_MS)
        if (atMs < nowMs) events.push(pastEvent(seed, project.id, atMs, index))
      }
    }
  }
  return events.toSorted((a, b) => a.atMs - b.atMs)
}

/** One release a fortnight and project. */
export function createPastReleases(nowMs: number): SentryRelease[] {
  return SENTRY_PROJECTS.filter((project) => project.errorsPerDay > 0).flatMap((project) =>
    [84, 70, 56, 42, 28, 14].map((daysAgo, index) => ({
      version: `${project.slug}@1.${12 + index}.0`,
      projectId: project.id,
      atMs: nowMs - daysAgo * 24 * HOUR_MS,
    })),
  )
}

function pastEvent(seed: number, projectId: string, atMs: number, index: number): SentryEvent {
  const kind =
    ORDINARY_ERRORS[Math.floor(hashUnit(seed, projectId, atMs, 'kind') * ORDINARY_ERRORS.length)] ?? ORDINARY_ERRORS[0]
  return {
    eventId: hashHex(32, seed, projectId, atMs, index),
    projectId,
    atMs,
    environment: hashUnit(seed, atMs, 'environment') < 0.85 ? 'demo' : 'preprod',
    release: null,
    level: 'error',
    title: kind[0],
    culprit: kind[1],
    outcome: 'accepted',
  }
}
