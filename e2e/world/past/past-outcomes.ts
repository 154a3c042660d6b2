import type { HistoryEvent } from '#world/history-event.ts'
import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { createRandom, hashHex, hashUnit } from '#world/random.ts'
import { createNotification } from '#world/services/new-notification.ts'
import { createPerson } from '#world/services/person.ts'
import type { Person } from '#world/services/person.ts'

import { HOUR_MS } from './hour-weights.ts'
import { pastCount } from './past-count.ts'
import { PROFILES_PER_DAY } from './past-volumes.ts'

const PAST_DAYS = 90
const FIRST_NUMBER = 100_001
/** Just below the volume from which a bulk upload would join in: reminders come one by one. */
const REMINDERS_PER_DAY = 39
const REMINDER_TYPES = [
  'PROGRAMME_UPDATED_WEEK_12',
  'PROGRAMME_UPDATED_WEEK_4',
  'PROGRAMME_UPDATED_WEEK_2',
  'PLACEMENT_UPDATED_WEEK_12',
] as const
const NO_ADDRESS_SHARE = 0.012
const BOUNCE_SHARE = 0.03

/** An event and the moment at which it was broadcast. */
export interface PastEvent {
  readonly atMs: number
  readonly event: HistoryEvent
}

/** Ninety healthy days of notification history up to now, oldest first: what failed was sent again, so that nobody is without at the end. */
export function createPastOutcomes(seed: number, nowMs: number): PastEvent[] {
  const random = createRandom(seed)
  const people: Person[] = []
  const events: PastEvent[] = []
  // The last hour stays empty, so that every resend fits in before now.
  const lastHour = Math.floor(nowMs / HOUR_MS) - 1
  for (let hour = lastHour - PAST_DAYS * 24; hour < lastHour; hour += 1) {
    const hourMs = hour * HOUR_MS
    const arrivals = pastCount(seed, hourMs, PROFILES_PER_DAY, QUEUE_NAMES.profileCreated)
    for (let index = 0; index < arrivals; index += 1) {
      const person = createPerson(random, FIRST_NUMBER + people.length, hourMs, { noAddress: 0, testUser: 0.01 })
      people.push(person)
      const atMs = hourMs + Math.floor(hashUnit(seed, hour, index, 'minute') * HOUR_MS)
      events.push(...storyOf({ seed, person, type: 'PROGRAMME_CREATED', atMs, nowMs }))
    }
    for (let index = 0; index < pastCount(seed, hourMs, REMINDERS_PER_DAY, 'reminders'); index += 1) {
      const person = people[Math.floor(hashUnit(seed, hour, index, 'who') * people.length)]
      if (person === undefined) continue
      const type =
        REMINDER_TYPES[Math.floor(hashUnit(seed, hour, index, 'type') * REMINDER_TYPES.length)] ?? REMINDER_TYPES[0]
      events.push(
        ...storyOf({
          seed,
          person,
          type,
          atMs: hourMs + Math.floor(hashUnit(seed, hour, index, 'at') * HOUR_MS),
          nowMs,
        }),
      )
    }
  }
  return events.toSorted((a, b) => a.atMs - b.atMs)
}

interface StoryOptions {
  readonly seed: number
  readonly person: Person
  readonly type: string
  readonly atMs: number
  readonly nowMs: number
}

/** One notification from its creation to its delivery, by way of a failure for a few. */
function storyOf({ atMs, nowMs, person, seed, type }: StoryOptions): PastEvent[] {
  const chance = hashUnit(seed, person.tisId, type, atMs, 'fate')
  const row = createNotification({
    type,
    membership: { ...person, id: person.programmeMembershipId, personId: person.tisId },
    randomHex: hashHex(16, seed, person.tisId, type, atMs),
    createdAtMs: atMs,
  })
  const addressed = { ...row, recipient: { ...row.recipient, contact: person.email } }
  if (chance < NO_ADDRESS_SHARE) {
    const failed: HistoryEvent = { ...row, status: 'FAILED', statusDetail: NO_ADDRESS_DETAIL }
    return [{ atMs, event: failed }, ...resent(addressed, laterMs(seed, row.id, atMs, nowMs))]
  }
  const handedOver: PastEvent = { atMs, event: { ...addressed, status: 'PENDING' } }
  const feedbackAtMs = atMs + 1000 + Math.floor(chance * 2000)
  const mailSentAt = iso(atMs + 400)
  if (chance < NO_ADDRESS_SHARE + BOUNCE_SHARE) {
    const bounced: HistoryEvent = {
      ...addressed,
      status: 'FAILED',
      statusDetail: 'Bounce: Transient - General',
      latestStatusEventAt: mailSentAt,
    }
    return [
      handedOver,
      { atMs: feedbackAtMs, event: bounced },
      ...resent({ ...addressed, latestStatusEventAt: mailSentAt }, laterMs(seed, row.id, feedbackAtMs, nowMs)),
    ]
  }
  return [handedOver, { atMs: feedbackAtMs, event: { ...addressed, status: 'SENT', latestStatusEventAt: mailSentAt } }]
}

function resent(row: HistoryEvent, atMs: number): PastEvent[] {
  const again: HistoryEvent = { ...row, status: 'PENDING', statusDetail: null, lastRetry: iso(atMs) }
  const delivered: HistoryEvent = { ...again, status: 'SENT', latestStatusEventAt: iso(atMs + 500) }
  return [
    { atMs, event: again },
    { atMs: atMs + 2000, event: delivered },
  ]
}

/** One to thirty hours later, but half an hour before now at the latest. */
function laterMs(seed: number, id: string, atMs: number, nowMs: number): number {
  return Math.min(atMs + Math.floor((1 + hashUnit(seed, id, 'heal') * 29) * HOUR_MS), nowMs - HOUR_MS / 2)
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
