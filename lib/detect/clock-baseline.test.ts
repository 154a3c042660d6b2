import { describe, expect, test } from 'vitest'
import { addToClock, EMPTY_CLOCK, usualAt, type ClockBaseline } from './clock-baseline.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MONDAY_MS = Date.UTC(2026, 0, 5)

function learn(days: number, everyMs: number, valueAt: (atMs: number) => number): ClockBaseline {
  let clock = EMPTY_CLOCK
  for (let atMs = MONDAY_MS; atMs < MONDAY_MS + days * DAY_MS; atMs += everyMs)
    clock = addToClock(clock, atMs, valueAt(atMs), everyMs)
  return clock
}

const isSunday = (atMs: number): boolean => new Date(atMs).getUTCDay() === 0
const hourOf = (atMs: number): number => new Date(atMs).getUTCHours()

/** What is usual at noon of a day, 0 for Monday, after some weeks in which Sundays have nothing and other days a hundred. */
function usualOn(weeks: number, day: number): number {
  const clock = learn(weeks * 7, 300_000, (atMs) => (isSunday(atMs) ? 0 : 100))
  return usualAt(clock, MONDAY_MS + (weeks * 7 + day) * DAY_MS + 12 * HOUR_MS, 300_000) ?? Number.NaN
}

describe('the baseline by the clock', () => {
  test('knows nothing of a time that it never saw', () => {
    const clock = addToClock(EMPTY_CLOCK, MONDAY_MS, 5, 300_000)
    expect(usualAt(clock, MONDAY_MS + DAY_MS, 300_000)).toBe(5)
    expect(usualAt(clock, MONDAY_MS + HOUR_MS, 300_000)).toBeNull()
  })

  test.each([60_000, 300_000, 3_600_000])('learns the hours of a day at any pace (%i ms)', (everyMs) => {
    const clock = learn(6, everyMs, (atMs) => hourOf(atMs) * 10)
    for (const hour of [3, 11, 22])
      expect(usualAt(clock, MONDAY_MS + 6 * DAY_MS + hour * HOUR_MS, everyMs)).toBeCloseTo(hour * 10, 0)
  })

  test('learns that a day of the week is unlike the others, more with each week', () => {
    expect(usualOn(6, 6)).toBeLessThan(50)
    expect(usualOn(6, 6)).toBeLessThan(usualOn(2, 6))
    expect(usualOn(6, 2)).toBeGreaterThan(85)
  })

  test('follows a change of level within days', () => {
    const clock = learn(20, 300_000, (atMs) => (atMs < MONDAY_MS + 10 * DAY_MS ? 10 : 50))
    expect(usualAt(clock, MONDAY_MS + 20 * DAY_MS, 300_000)).toBeGreaterThan(40)
  })

  test('does not take one day of ten times as much for the new usual', () => {
    const clock = learn(21, 300_000, (atMs) =>
      Math.floor((atMs - MONDAY_MS) / DAY_MS) === 20 ? 1000 : 95 + hourOf(atMs) / 2,
    )
    expect(usualAt(clock, MONDAY_MS + 21 * DAY_MS + 12 * HOUR_MS, 300_000)).toBeLessThan(350)
  })
})
