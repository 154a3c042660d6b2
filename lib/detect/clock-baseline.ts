/**
 * What is usual at this time of the day and in this hour of the week, learned point by point. Pure; the state is plain JSON.
 *
 * The day has 96 quarters of an hour. Each of the 168 hours of the week adds what it differs from the day, more the more weeks are known.
 * Clock time is that of `atMs`, UTC unless the caller shifts it. Missing points leave what is known as it is; many points at once count
 * as what they are, points.
 */

const QUARTER_MS = 900_000
const HOUR_MS = 3_600_000
const QUARTERS = 96
const HOURS = 168
/** A quarter of an hour follows about so many of its latest days. */
const DAY_MEMORY = 5
/** An hour of the week follows about so many of its latest weeks. */
const WEEK_MEMORY = 4
/** Values further out than so many mean distances count as if they lay there. */
const FAR = 3
/** Weeks after which half of an hour's difference is believed. */
const WEEK_DOUBT = 2

/** Flat, because the whole state is copied with each point. */
export interface ClockBaseline {
  /** Three numbers a quarter of an hour: its usual value, the points that rests on, and the mean distance of values from it. */
  readonly day: readonly number[]
  /** Two numbers an hour of the week since Thursday 00:00 (the epoch's day): its usual difference from the day, and the points that rests on. */
  readonly week: readonly number[]
}

const A_QUARTER = 3
const AN_HOUR = 2

const zeros = (length: number): readonly number[] => Array.from({ length }, () => 0)

export const EMPTY_CLOCK: ClockBaseline = { day: zeros(QUARTERS * A_QUARTER), week: zeros(HOURS * AN_HOUR) }

const slotOf = (atMs: number, sizeMs: number, slots: number): number =>
  ((Math.floor(atMs / sizeMs) % slots) + slots) % slots

/** Where the numbers of a moment begin. */
const quarterOf = (atMs: number): number => slotOf(atMs, QUARTER_MS, QUARTERS) * A_QUARTER
const hourOf = (atMs: number): number => slotOf(atMs, HOUR_MS, HOURS) * AN_HOUR

function weekPart({ week }: ClockBaseline, hour: number, pointsAnHour: number): number {
  const weeks = (week[hour + 1] ?? 0) / pointsAnHour
  return ((week[hour] ?? 0) * weeks) / (weeks + WEEK_DOUBT)
}

/** The usual value at `atMs`; null where this quarter of an hour was never seen. `everyMs`: the usual distance between two points. */
export function usualAt(clock: ClockBaseline, atMs: number, everyMs: number): number | null {
  const quarter = quarterOf(atMs)
  if (clock.day[quarter + 1] === 0) return null
  return (clock.day[quarter] ?? 0) + weekPart(clock, hourOf(atMs), Math.max(1, HOUR_MS / everyMs))
}

/** Mean distance of values from the usual one at this time of the day, of this quarter of an hour and its two neighbours. */
export function scatterAt({ day }: ClockBaseline, atMs: number): number {
  const at = (ms: number): number => day[quarterOf(ms) + 2] ?? 0
  return (at(atMs - QUARTER_MS) + at(atMs) + at(atMs + QUARTER_MS)) / 3
}

/** Learns one value. One that lies far out teaches little at first, and more when such values go on. */
export function addToClock(clock: ClockBaseline, atMs: number, value: number, everyMs: number): ClockBaseline {
  const [quarter, hour] = [quarterOf(atMs), hourOf(atMs)]
  const pointsAnHour = Math.max(1, HOUR_MS / everyMs)
  const day = clock.day.slice()
  const seen = day[quarter + 1] ?? 0
  const nowSeen = Math.min(seen + 1, DAY_MEMORY * Math.max(1, QUARTER_MS / everyMs))
  day[quarter + 1] = nowSeen
  if (seen === 0) {
    day[quarter] = value
    return { day, week: clock.week }
  }
  const usual = day[quarter] ?? 0
  const known = day[quarter + 2] ?? 0
  const expected = usual + weekPart(clock, hour, pointsAnHour)
  const scatter = known + (Math.abs(value - expected) - known) / (nowSeen - 1)
  const taught = Math.max(-FAR * scatter, Math.min(FAR * scatter, value - expected))
  day[quarter] = usual + taught / nowSeen
  day[quarter + 2] = scatter
  const week = clock.week.slice()
  const difference = week[hour] ?? 0
  const nowWeekSeen = Math.min((week[hour + 1] ?? 0) + 1, WEEK_MEMORY * pointsAnHour)
  week[hour] = difference + (expected + taught - usual - difference) / nowWeekSeen
  week[hour + 1] = nowWeekSeen
  return { day, week }
}
