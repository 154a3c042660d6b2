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

export interface ClockBaseline {
  /** Usual value of each quarter of an hour, and the points it rests on. */
  readonly day: readonly number[]
  readonly daySeen: readonly number[]
  /** Mean distance of values from the usual one in each quarter of an hour. */
  readonly scatter: readonly number[]
  /** Usual difference from it of each hour of the week since Thursday 00:00 (the epoch's day), and the points it rests on. */
  readonly week: readonly number[]
  readonly weekSeen: readonly number[]
}

const zeros = (length: number): readonly number[] => Array.from({ length }, () => 0)

export const EMPTY_CLOCK: ClockBaseline = {
  day: zeros(QUARTERS),
  daySeen: zeros(QUARTERS),
  scatter: zeros(QUARTERS),
  week: zeros(HOURS),
  weekSeen: zeros(HOURS),
}

const slotOf = (atMs: number, sizeMs: number, slots: number): number =>
  ((Math.floor(atMs / sizeMs) % slots) + slots) % slots

/** A copy with one value set. */
function put(values: readonly number[], index: number, value: number): readonly number[] {
  const next = values.slice()
  next[index] = value
  return next
}

function weekPart(clock: ClockBaseline, hour: number, pointsAnHour: number): number {
  const weeks = (clock.weekSeen[hour] ?? 0) / pointsAnHour
  return ((clock.week[hour] ?? 0) * weeks) / (weeks + WEEK_DOUBT)
}

/** The usual value at `atMs`; null where this quarter of an hour was never seen. `everyMs`: the usual distance between two points. */
export function usualAt(clock: ClockBaseline, atMs: number, everyMs: number): number | null {
  const quarter = slotOf(atMs, QUARTER_MS, QUARTERS)
  if (clock.daySeen[quarter] === 0) return null
  return (clock.day[quarter] ?? 0) + weekPart(clock, slotOf(atMs, HOUR_MS, HOURS), Math.max(1, HOUR_MS / everyMs))
}

/** Mean distance of values from the usual one at this time of the day, of this quarter of an hour and its two neighbours. */
export function scatterAt({ scatter }: ClockBaseline, atMs: number): number {
  const quarter = slotOf(atMs, QUARTER_MS, QUARTERS)
  const before = scatter[(quarter + QUARTERS - 1) % QUARTERS] ?? 0
  const after = scatter[(quarter + 1) % QUARTERS] ?? 0
  return (before + (scatter[quarter] ?? 0) + after) / 3
}

/** Learns one value. One that lies far out teaches little at first, and more when such values go on. */
export function addToClock(clock: ClockBaseline, atMs: number, value: number, everyMs: number): ClockBaseline {
  const [quarter, hour] = [slotOf(atMs, QUARTER_MS, QUARTERS), slotOf(atMs, HOUR_MS, HOURS)]
  const pointsAnHour = Math.max(1, HOUR_MS / everyMs)
  const seen = clock.daySeen[quarter] ?? 0
  const nowSeen = Math.min(seen + 1, DAY_MEMORY * Math.max(1, QUARTER_MS / everyMs))
  const daySeen = nowSeen === seen ? clock.daySeen : put(clock.daySeen, quarter, nowSeen)
  if (seen === 0) return { ...clock, day: put(clock.day, quarter, value), daySeen }
  const usual = clock.day[quarter] ?? 0
  const known = clock.scatter[quarter] ?? 0
  const away = value - usual - weekPart(clock, hour, pointsAnHour)
  const scatter = known + (Math.abs(away) - known) / (nowSeen - 1)
  const taught = Math.max(-FAR * scatter, Math.min(FAR * scatter, away))
  const weekSeen = clock.weekSeen[hour] ?? 0
  const nowWeekSeen = Math.min(weekSeen + 1, WEEK_MEMORY * pointsAnHour)
  const difference = clock.week[hour] ?? 0
  return {
    day: put(clock.day, quarter, usual + taught / nowSeen),
    daySeen,
    scatter: put(clock.scatter, quarter, scatter),
    week: put(clock.week, hour, difference + (taught + value - away - usual - difference) / nowWeekSeen),
    weekSeen: nowWeekSeen === weekSeen ? clock.weekSeen : put(clock.weekSeen, hour, nowWeekSeen),
  }
}
