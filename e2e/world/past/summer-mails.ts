import type { HistoryEvent } from '#world/history-event.ts'
import { NO_ADDRESS_DETAIL } from '#world/history-event.ts'
import type { Random } from '#world/random.ts'
import { createNotification } from '#world/services/new-notification.ts'
import { createPerson } from '#world/services/person.ts'

import { poisson, spread, waitingMs } from './draws.ts'
import { HOUR_MS } from './hour-weights.ts'
import type { PastEvent } from './past-outcomes.ts'
import { DAY_MS, SUMMER, typedBy } from './summer-pace.ts'
import type { Pace } from './summer-pace.ts'

/** Onboarding e-mails a weekday: those to new profiles, and those to people who are known already. */
const MAILS_PER_DAY = 90
const MAILS_TO_NEW_PER_DAY = 40
const DAY_ONE_A_NIGHT = 3
/** Midnight in London before the cohorts of June and August. */
const COHORTS_MS = [Date.parse('2024-06-04T23:00:00Z'), Date.parse('2024-08-06T23:00:00Z')]
const NO_ADDRESS_SHARE = 0.006
const BOUNCE_SHARE = 0.022
const HEALED_SHARE = 0.8
/** From the fault on one more a day has no address, and in eight weeks seven more than that. */
const FIRST_EXTRA_A_DAY = 1
const EXTRA_GROWTH_A_DAY = 7 / 58

interface MailOptions {
  readonly random: Random
  /** When each profile was created, in order. */
  readonly profiles: readonly number[]
  readonly pace: Pace
  /** When the first profile was lost: from then on people have no address. */
  readonly lostFromMs: number
}

/** Every change of an onboarding e-mail of the summer, in the order in which it was broadcast. Deliveries were not told apart from sending then. */
export function createSummerMails(options: MailOptions): PastEvent[] {
  const { random, profiles, pace } = options
  const toKnown = typedBy(random, MAILS_PER_DAY - MAILS_TO_NEW_PER_DAY, pace)
  const created = [...profiles.map((atMs) => atMs + waitingMs(random, 5 * 60_000)), ...toKnown]
  const events = [
    ...created.flatMap((atMs) => storyOf(options, { type: 'PROGRAMME_CREATED', atMs, plannedMs: null })),
    ...plans(random).flatMap(({ atMs, plannedMs }) => storyOf(options, { type: 'PROGRAMME_DAY_ONE', atMs, plannedMs })),
  ]
  return events
    .filter(({ atMs }) => atMs >= SUMMER.historyFromMs && atMs < SUMMER.toMs)
    .toSorted((a, b) => a.atMs - b.atMs)
}

/** E-mails of the first day are planned weeks before, and all of a day are sent at midnight. */
function plans(random: Random): { readonly atMs: number; readonly plannedMs: number }[] {
  const planned: { atMs: number; plannedMs: number }[] = []
  const plan = (plannedMs: number, count: number): void => {
    for (const atMs of spread(random, count, plannedMs - 60 * DAY_MS, 45 * DAY_MS)) planned.push({ atMs, plannedMs })
  }
  for (let dayMs = SUMMER.historyFromMs - HOUR_MS; dayMs < SUMMER.toMs; dayMs += DAY_MS)
    plan(dayMs, poisson(random, DAY_ONE_A_NIGHT))
  for (const midnightMs of COHORTS_MS) plan(midnightMs, random.integer(150, 300))
  return planned
}

interface Mail {
  readonly type: string
  /** When it was made. */
  readonly atMs: number
  /** When it is to be sent; null for at once. */
  readonly plannedMs: number | null
}

/** One e-mail: planned, handed over, perhaps bounced or without an address, perhaps sent again. */
function storyOf({ random, lostFromMs }: MailOptions, { type, atMs, plannedMs }: Mail): PastEvent[] {
  const person = createPerson(random, random.integer(100_000, 999_999), atMs, { noAddress: 0, testUser: 0.005 })
  const membership = { ...person, id: person.programmeMembershipId, personId: person.tisId }
  const made = createNotification({ type, membership, randomHex: random.hex(16), createdAtMs: atMs })
  const addressed = { ...made, recipient: { ...made.recipient, contact: person.email } }
  const planned: PastEvent[] =
    plannedMs === null ? [] : [{ atMs, event: { ...addressed, status: 'SCHEDULED', sentAt: iso(plannedMs) } }]
  const sentMs = plannedMs === null ? atMs : plannedMs + Math.floor(random.next() * 180_000)
  const row = { ...addressed, sentAt: iso(sentMs) }
  if (random.chance(NO_ADDRESS_SHARE + extraShare(sentMs, lostFromMs))) {
    const unaddressed = { ...row, recipient: { ...row.recipient, contact: null } }
    const failed = { ...unaddressed, status: 'FAILED', statusDetail: NO_ADDRESS_DETAIL } as const
    return [...planned, { atMs: sentMs, event: failed }, ...healed(random, row, sentMs)]
  }
  const sent: PastEvent = { atMs: sentMs, event: { ...row, status: 'SENT' } }
  if (!random.chance(BOUNCE_SHARE)) return [...planned, sent]
  const bouncedMs = sentMs + waitingMs(random, random.chance(0.7) ? 60_000 : 4 * HOUR_MS)
  const statusDetail = random.chance(0.5) ? 'Bounce: Transient - General' : 'Bounce: Permanent - General'
  const bounced = { ...row, status: 'FAILED', statusDetail, latestStatusEventAt: iso(bouncedMs) } as const
  return [...planned, sent, { atMs: bouncedMs, event: bounced }, ...healed(random, row, bouncedMs)]
}

function extraShare(sentMs: number, lostFromMs: number): number {
  if (sentMs < lostFromMs) return 0
  return (FIRST_EXTRA_A_DAY + (EXTRA_GROWTH_A_DAY * (sentMs - lostFromMs)) / DAY_MS) / MAILS_PER_DAY
}

/** Most are sent again under their own id once somebody has put the address right. */
function healed(random: Random, row: HistoryEvent, failedMs: number): PastEvent[] {
  if (!random.chance(HEALED_SHARE)) return []
  const atMs = failedMs + waitingMs(random, 20 * HOUR_MS) + 60_000
  return [{ atMs, event: { ...row, status: 'SENT', statusDetail: null, lastRetry: iso(atMs) } }]
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}
