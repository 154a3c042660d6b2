import type { QueueFlow } from '#lib/domain/reading.ts'
import type { Random } from '#world/random.ts'

import { HOUR_MS } from './hour-weights.ts'
import { SUMMER } from './summer-pace.ts'

const MINUTE_MS = 60_000
const VISIBILITY_MS = 30_000
/** Share of messages that fail at first and are received again. */
const RETRIED_SHARE = 0.01

interface QueueTraffic {
  readonly queue: string
  /** When each message was sent, in order. */
  readonly sentMs: readonly number[]
  /** From here on the consumer receives each message again and again, and deletes none. */
  readonly brokenFromMs: number
}

interface Counted {
  sent: number
  received: number
  deleted: number
}

/** What CloudWatch counts of a queue: by the hour for months past, by the minute while it is watched. No message expires within these days. */
export function flowsOf(
  random: Random,
  { queue, sentMs, brokenFromMs }: QueueTraffic,
): { readonly past: readonly QueueFlow[]; readonly live: readonly QueueFlow[] } {
  const counts = new Map<number, Counted>()
  const count = (atMs: number, what: keyof Counted): void => {
    if (atMs >= SUMMER.toMs) return
    const periodMs = atMs < SUMMER.liveFromMs ? HOUR_MS : MINUTE_MS
    const startMs = Math.floor(atMs / periodMs) * periodMs
    const period = counts.get(startMs) ?? { sent: 0, received: 0, deleted: 0 }
    period[what] += 1
    counts.set(startMs, period)
  }
  for (const atMs of sentMs) {
    count(atMs, 'sent')
    const isStuck = atMs >= brokenFromMs
    const tries = isStuck ? Number.POSITIVE_INFINITY : random.chance(RETRIED_SHARE) ? random.integer(2, 4) : 1
    const takenMs = atMs + 50 + Math.floor(random.next() * 2000)
    let lastMs = takenMs
    for (let turn = 0; turn < tries && takenMs + turn * VISIBILITY_MS < SUMMER.toMs; turn += 1) {
      lastMs = takenMs + turn * VISIBILITY_MS
      count(lastMs, 'received')
    }
    if (!isStuck) count(lastMs + 200, 'deleted')
  }
  const told = (fromMs: number, toMs: number, periodMs: number): QueueFlow[] =>
    Array.from({ length: (toMs - fromMs) / periodMs }, (_, index) => {
      const atMs = fromMs + index * periodMs
      const { sent, received, deleted } = counts.get(atMs) ?? { sent: 0, received: 0, deleted: 0 }
      return { queue, atMs, periodSeconds: periodMs / 1000, sent, received, deleted, oldestAgeSeconds: null }
    })
  return {
    past: told(SUMMER.historyFromMs, SUMMER.liveFromMs, HOUR_MS),
    live: told(SUMMER.liveFromMs, SUMMER.toMs, MINUTE_MS),
  }
}
