import { SILENCE } from './email-parameters.ts'
import type { LocalMoment } from './working-calendar.ts'

export const HOURS = 24

/** Events and hours by weekday and hour, 7 * 24 each; hours count as many as the level of late makes of them. */
export interface HabitCounts {
  readonly counts: readonly number[]
  readonly hours: readonly number[]
}

/** What a week usually brings, in events an hour at level 1. */
export interface WeeklyHabit {
  /** Of working days, by hour. */
  readonly working: readonly number[]
  /** Factors of working days (1), Saturdays and Sundays; days off count as Sundays. */
  readonly factors: readonly number[]
}

const WEEKDAYS: readonly (readonly number[])[] = [[1, 2, 3, 4, 5], [6], [0]]

/** 0 for working days, 1 for Saturdays, 2 for Sundays and days off. */
export function dayKindOf(weekday: number): 0 | 1 | 2 {
  return weekday === 6 ? 1 : weekday === 0 ? 2 : 0
}

interface Sum {
  readonly count: number
  readonly hours: number
}

const at = (list: readonly number[], index: number): number => list[index] ?? 0

/** The sum over the days of a kind at an hour; a weekday on which far more comes at that hour than on others is left out. */
function sumOf({ counts, hours }: HabitCounts, kind: number, hour: number): Sum {
  const days = WEEKDAYS[kind] ?? []
  const [only] = days
  if (only !== undefined && days.length === 1)
    return { count: at(counts, only * HOURS + hour), hours: at(hours, only * HOURS + hour) }
  const rates = [0, 0, 0, 0, 0]
  let known = 0
  for (const day of days) {
    insertSorted(rates, known, at(counts, day * HOURS + hour) / Math.max(at(hours, day * HOURS + hour), 0.1))
    known += 1
  }
  const middle = at(rates, Math.floor(known / 2))
  let [sum, sumHours] = [0, 0]
  for (const day of days) {
    const count = at(counts, day * HOURS + hour)
    const time = at(hours, day * HOURS + hour)
    if (count > 2 * middle * time + 12) continue
    sum += count
    sumHours += time
  }
  return { count: sum, hours: sumHours }
}

/** Puts a number where it belongs among the first `size` of a list, which ascend: for so few several times as fast as to sort them. */
export function insertSorted(list: number[], size: number, value: number): void {
  let place = size
  for (; place > 0 && at(list, place - 1) > value; place -= 1) list[place] = at(list, place - 1)
  list[place] = value
}

/** A rate drawn to what is believed of it, with the weight of so many events. */
function drawn({ count, hours }: Sum, belief: number, weight: number): number {
  return belief <= 0 ? count / Math.max(hours, 1) : (count + weight) / (hours + weight / belief)
}

const hoursOfDay = Array.from({ length: HOURS }, (_, hour) => hour)

/** The habit behind counts. `like` is that of all e-mails, to which a part of them is drawn as far as it has few of its own; null for all. */
export function habitOf(counts: HabitCounts, like: WeeklyHabit | null): WeeklyHabit {
  const sums = hoursOfDay.map((hour) => sumOf(counts, 0, hour))
  const all = sums.reduce((sum, each) => ({ count: sum.count + each.count, hours: sum.hours + each.hours }))
  const flat = all.count / Math.max(all.hours, 1)
  const expected = sums.reduce((sum, each, hour) => sum + each.hours * at(like?.working ?? [], hour), 0)
  const ratio = (all.count + 1) / (expected + 1)
  const working = sums.map((each, hour) =>
    like === null ? drawn(each, flat, 0.5) : drawn(each, at(like.working, hour) * ratio, SILENCE.likeWeight),
  )
  return { working, factors: [1, factorOf(counts, working, 1, like), factorOf(counts, working, 2, like)] }
}

function factorOf(counts: HabitCounts, working: readonly number[], kind: number, like: WeeklyHabit | null): number {
  let [count, expected] = [0, 0]
  for (const hour of hoursOfDay) {
    const sum = sumOf(counts, kind, hour)
    count += sum.count
    expected += sum.hours * at(working, hour)
  }
  const weight = like === null ? 1 : SILENCE.likeWeight
  return (count + weight * (like === null ? 0.5 : at(like.factors, kind))) / (expected + weight)
}

/** Events an hour that a habit lets expect at a local hour, at level 1. */
export function beliefOf({ working, factors }: WeeklyHabit, { weekday, hour }: LocalMoment): number {
  return at(working, hour) * at(factors, dayKindOf(weekday))
}

/**
 * Events an hour at a local hour, at level 1: what was counted at it, drawn to what the habit lets believe. `isCautious`: what can be counted
 * on, rather than what comes on average.
 */
export function usualPerHour(
  counts: HabitCounts,
  belief: number,
  { weekday, hour }: LocalMoment,
  isCautious: boolean,
): number {
  const kind = dayKindOf(weekday)
  if (kind > 0) return drawn(sumOf(counts, kind, hour), belief, SILENCE.kindWeight)
  const cell = weekday * HOURS + hour
  const own = drawn({ count: at(counts.counts, cell), hours: at(counts.hours, cell) }, belief, SILENCE.weekdayWeight)
  return isCautious ? Math.min(own, SILENCE.trustedFactor * belief) : own
}
