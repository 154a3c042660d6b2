import type { QueueFlow } from '#lib/domain/reading.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { createRandom } from '#world/random.ts'
import type { Random } from '#world/random.ts'

import { poisson, spread } from './draws.ts'
import type { PastEvent } from './past-outcomes.ts'
import { flowsOf } from './summer-flows.ts'
import { createSummerMails } from './summer-mails.ts'
import { DAY_MS, paceOf, SUMMER, typedBy } from './summer-pace.ts'

const MINUTE_MS = 60_000
const PROFILES_PER_DAY = 40
const RECORDS_PER_DAY = 45
const RECORDS_A_NIGHT = 60

/** What the real system would have told Spillway from May to August 2024, up to the day after the fault. */
export interface Summer {
  readonly seed: number
  /** When the new consumer ran. */
  readonly deployedMs: number
  /** The first profile that nobody processed. */
  readonly firstLostMs: number
  /** Changes of notifications, in the order in which they were broadcast. */
  readonly mails: readonly PastEvent[]
  /** Hours before `liveFromMs`, as CloudWatch gives them for months past. */
  readonly pastFlows: readonly QueueFlow[]
  /** Minutes from `liveFromMs` on, in the order of time. */
  readonly flows: readonly QueueFlow[]
}

/**
 * The weeks around 13 August 2024 at their real pace, with chance: people type in office hours, more or fewer a day, a bulk upload comes every
 * second Tuesday, record queues stir at night, a cohort begins on 7 August. No real volume is public; these are plausible ones.
 */
export function createSummer(seed: number): Summer {
  const random = createRandom(seed)
  const deployedMs = SUMMER.mergedMs + random.integer(10, 40) * MINUTE_MS
  const pace = paceOf(random)
  const profiles = [...typedBy(random, PROFILES_PER_DAY, pace), ...uploads(random)].toSorted((a, b) => a - b)
  const records = [...typedBy(random, RECORDS_PER_DAY, pace), ...nights(random)].toSorted((a, b) => a - b)
  const firstLostMs = profiles.find((atMs) => atMs >= deployedMs)
  if (firstLostMs === undefined) throw new Error(`seed ${seed}: no profile after the deploy`)
  const queues = [
    { queue: QUEUE_NAMES.profileCreated, sentMs: profiles, brokenFromMs: deployedMs },
    { queue: QUEUE_NAMES.contactDetailsUpdated, sentMs: records, brokenFromMs: Number.POSITIVE_INFINITY },
  ]
  const told = queues.map((traffic) => flowsOf(random, traffic))
  return {
    seed,
    deployedMs,
    firstLostMs,
    mails: createSummerMails({ random, profiles, pace, lostFromMs: firstLostMs }),
    pastFlows: told.flatMap(({ past }) => past).toSorted((a, b) => a.atMs - b.atMs),
    flows: told.flatMap(({ live }) => live).toSorted((a, b) => a.atMs - b.atMs),
  }
}

/** 150 to 400 profiles about every second Tuesday between ten and eleven; which ones is chance. */
function uploads(random: Random): number[] {
  const moments: number[] = []
  const skipped = random.integer(0, 1)
  // 10:00 in London, first on Tuesday 21 May.
  const firstMs = Date.parse('2024-05-21T09:00:00Z')
  for (let week = skipped; firstMs + week * 7 * DAY_MS < SUMMER.toMs; week += 2) {
    const fromMs = firstMs + week * 7 * DAY_MS + random.integer(0, 30) * MINUTE_MS
    moments.push(...spread(random, random.integer(150, 400), fromMs, random.integer(8, 25) * MINUTE_MS))
  }
  return moments
}

/** Record queues stir from 00:05 to 02:00, when nightly jobs run. */
function nights(random: Random): number[] {
  const moments: number[] = []
  for (let dayMs = SUMMER.historyFromMs; dayMs < SUMMER.toMs; dayMs += DAY_MS)
    // 00:05 in London is 23:05 in UTC.
    moments.push(...spread(random, poisson(random, RECORDS_A_NIGHT), dayMs - 55 * MINUTE_MS, 115 * MINUTE_MS))
  return moments.filter((atMs) => atMs >= SUMMER.historyFromMs)
}
