import { describe, expect, test } from 'vitest'
import { addRecentEmail, emailsSince, NONE_RECENT, type RecentCount } from './recent-count.ts'

const counted = (moments: readonly number[]): RecentCount => moments.reduce(addRecentEmail, NONE_RECENT)
const HOUR = 3_600_000

describe('e-mails since a moment', () => {
  test('are exact for the last ones', () => {
    const count = counted([1000, 2000, 2000, 5000, 6000])
    expect([500, 1000, 2000, 4999, 5000, 6000].map((at) => Math.round(emailsSince(count, at)))).toEqual([
      5, 4, 2, 2, 1, 0,
    ])
  })

  test('are right to a fifth of their age, at a bounded size, however many came', () => {
    const moments = Array.from({ length: 20_000 }, (_, index) => index * 3000)
    const count = counted(moments)
    const nowMs = moments.at(-1) ?? 0
    expect(count.length).toBeLessThanOrEqual(120)
    for (const hours of [0.01, 0.1, 1, 5, 10, 16])
      expect(Math.abs(emailsSince(count, nowMs - hours * HOUR) - (hours * HOUR) / 3000)).toBeLessThan(hours * 240 + 2)
  })

  test('of yesterday are forgotten', () => {
    const old = Array.from({ length: 200 }, (_, index) => index)
    const count = counted([...old, ...Array.from({ length: 200 }, (_, index) => 48 * HOUR + index)])
    expect(count[1]?.[0]).toBeGreaterThanOrEqual(48 * HOUR)
    expect(emailsSince(count, 47 * HOUR)).toBeCloseTo(200, 0)
  })

  test('before the first are none', () => {
    expect(emailsSince(NONE_RECENT, 5)).toBe(0)
  })
})
