import type { Random } from '#world/random.ts'

import { poisson, spread } from './draws.ts'
import { HOUR_MS, hourWeight } from './hour-weights.ts'

export const DAY_MS = 24 * HOUR_MS

/** History before it is read from the sources at the first start; from here on Spillway watches. */
export const SUMMER = {
  historyFromMs: Date.parse('2024-05-15T00:00:00Z'),
  liveFromMs: Date.parse('2024-07-14T00:00:00Z'),
  /** The change of tis-trainee-sync that broke it was merged then; a pipeline deployed it. */
  mergedMs: Date.parse('2024-08-13T09:07:00Z'),
  toMs: Date.parse('2024-08-14T17:00:00Z'),
} as const

/** Bank holidays of these months: nobody types into TIS. */
const DAYS_OFF = new Set(['2024-05-27'])
/** Some days are busier than others; 0 on a day off. By the hour. */
export type Pace = (hourMs: number) => number

/** The pace of the summer, by chance. */
export function paceOf(random: Random): Pace {
  const days = new Map<string, number>()
  return (hourMs) => {
    const day = new Date(hourMs).toISOString().slice(0, 10)
    const known = days.get(day) ?? (DAYS_OFF.has(day) ? 0 : 0.75 + 0.5 * random.next())
    days.set(day, known)
    return known * hourWeight(hourMs)
  }
}

/** Moments of what people type, so many a weekday. */
export function typedBy(random: Random, perDay: number, pace: Pace): number[] {
  const moments: number[] = []
  for (let hourMs = SUMMER.historyFromMs; hourMs < SUMMER.toMs; hourMs += HOUR_MS)
    moments.push(...spread(random, poisson(random, perDay * pace(hourMs)), hourMs, HOUR_MS))
  return moments
}
