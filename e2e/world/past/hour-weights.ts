export const HOUR_MS = 3_600_000

/** Share of a weekday's traffic by hour of the day in London: people type into TIS in office hours. Invented, like all volumes of the sandbox. */
const WEEKDAY_PERCENT: Readonly<Record<number, number>> = {
  7: 2,
  8: 6,
  9: 13,
  10: 15,
  11: 14,
  12: 8,
  13: 10,
  14: 13,
  15: 11,
  16: 6,
  17: 2,
}

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  weekday: 'short',
  hour: 'numeric',
  hourCycle: 'h23',
})
const known = new Map<number, number>()

/** Share of its day's traffic that falls into the hour of this moment, from 0 to 0.15; weekends and nights have none. */
export function hourWeight(atMs: number): number {
  const hour = Math.floor(atMs / HOUR_MS)
  const cached = known.get(hour)
  if (cached !== undefined) return cached
  const parts = new Map(london.formatToParts(hour * HOUR_MS).map((part) => [part.type, part.value]))
  const isWeekend = ['Sat', 'Sun'].includes(parts.get('weekday') ?? '')
  const weight = isWeekend ? 0 : (WEEKDAY_PERCENT[Number(parts.get('hour'))] ?? 0) / 100
  known.set(hour, weight)
  return weight
}
