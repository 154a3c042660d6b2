import { describe, expect, test } from 'vitest'
import { addFailure, addSuccess, CALM, usualRate, type FailureWatch } from './failure-rate.ts'

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

function feed(
  start: FailureWatch,
  count: number,
  rate: number,
  next: () => number,
): { watch: FailureWatch; alarms: number } {
  let watch = start
  let alarms = 0
  for (let index = 0; index < count; index += 1) {
    const wasOpen = watch.alarm !== null
    watch = next() < rate ? addFailure(watch, index, true) : addSuccess(watch)
    if (!wasOpen && watch.alarm !== null) alarms += 1
  }
  return { watch, alarms }
}

const YEARS = 10
const A_YEAR = 36_500

describe('a rate of failures', () => {
  test.each([0.001, 0.005, 0.0125, 0.03])(
    'gives fewer than one false alarm a month over all seven reasons at 100 e-mails a day and a usual rate of %f',
    (rate) => {
      const { alarms } = feed(CALM, YEARS * A_YEAR, rate, random(42))
      expect((alarms * 7) / (YEARS * 12)).toBeLessThan(1)
    },
  )

  test.each([
    { rate: 1, within: 5 },
    { rate: 0.9, within: 9 },
    { rate: 0.5, within: 25 },
    { rate: 0.2, within: 100 },
  ])(
    'a rate that jumps from 1 in 80 to $rate is noticed within $within e-mails in 19 of 20 cases',
    ({ rate, within }) => {
      const isSeen = Array.from({ length: 100 }, (_, index) => {
        const next = random(index + 1)
        const { watch } = feed(CALM, 3000, 1 / 80, next)
        return feed(watch, within, rate, next).alarms > 0 || watch.alarm !== null
      })
      expect(isSeen.filter(Boolean).length).toBeGreaterThanOrEqual(95)
    },
  )

  test('learns the usual rate from what it sees', () => {
    expect(usualRate(feed(CALM, 10_000, 0.02, random(7)).watch)).toBeGreaterThan(0.012)
    expect(usualRate(feed(CALM, 10_000, 0.02, random(7)).watch)).toBeLessThan(0.028)
  })

  test('is quiet again after the rate has gone back', () => {
    const next = random(3)
    const { watch } = feed(feed(CALM, 3000, 1 / 80, next).watch, 200, 0.5, next)
    expect(watch.alarm).not.toBeNull()
    expect(feed(watch, 60, 1 / 80, next).watch.alarm).toBeNull()
  })

  test('survives being stored as JSON at any moment', () => {
    const next = random(11)
    let [straight, stored]: [FailureWatch, FailureWatch] = [CALM, CALM]
    for (let index = 0; index < 500; index += 1) {
      const isFailure = next() < 0.1
      straight = isFailure ? addFailure(straight, index, index % 3 > 0) : addSuccess(straight)
      const before = JSON.parse(JSON.stringify(stored)) as FailureWatch
      stored = isFailure ? addFailure(before, index, index % 3 > 0) : addSuccess(before)
    }
    expect(stored).toEqual(straight)
  })
})
