import { describe, expect, test } from 'vitest'
import type { Gap } from '#lib/domain/gap.ts'
import {
  gapStretches,
  MOST_POINTS,
  rangeWords,
  silentStretches,
  spanOf,
  withHoles,
  withZeros,
  type Range,
} from './chart-data.ts'

const NOW = Date.UTC(2024, 10, 7, 15, 0, 7)
const RANGES: readonly Range[] = ['1h', '6h', '24h', '7d', '30d', '90d']
const span = { fromMs: 0, toMs: 600_000, bucketSeconds: 60 }

function aGap(fromMs: number, toMs: number | null, part: Partial<Gap> = {}): Gap {
  return { source: 'sqs', scope: '*', reason: 'timeout', message: 'x', fromMs, toMs, ...part }
}

const titleOf = (): string => 'SQS'

describe('the buckets of a range', () => {
  test.each(RANGES)('of %s are at most 300, whole, and reach from the range’s start to now', (range) => {
    for (const least of [0, 60, 600, 3600]) {
      const { fromMs, toMs, bucketSeconds } = spanOf(range, NOW, least)
      expect(fromMs % (bucketSeconds * 1000)).toBe(0)
      expect(toMs).toBe(NOW)
      expect(Math.ceil((toMs - fromMs) / bucketSeconds / 1000)).toBeLessThanOrEqual(MOST_POINTS)
      expect(bucketSeconds).toBeGreaterThanOrEqual(least)
    }
  })

  test('every range has words', () => {
    expect(new Set(RANGES.map(rangeWords)).size).toBe(RANGES.length)
  })
})

test('no line crosses a hole: one null stands in each stretch without readings', () => {
  const points = [0, 60_000, 300_000, 360_000].map((atMs) => ({ atMs, value: 1 }))
  expect(withHoles(points, span)).toEqual([
    [0, 1],
    [60_000, 1],
    [120_000, null],
    [300_000, 1],
    [360_000, 1],
  ])
  expect(withHoles([], span)).toEqual([])
})

test('an empty bucket is zero where the source was seen and a hole where it was not; failures are kept wherever they are', () => {
  const filled = withZeros([{ atMs: 120_000, value: 3 }], { ...span, toMs: 270_000 }, (fromMs) => fromMs >= 180_000)
  expect(filled).toEqual([
    [0, null],
    [60_000, null],
    [120_000, 3],
    [180_000, 0],
    [240_000, 0],
  ])
})

describe('gaps on a chart', () => {
  test('say their reason, are cut at the chart’s start, and touch as one', () => {
    const gaps = [
      aGap(-50, 100),
      aGap(100, 200),
      aGap(300, null),
      aGap(310, 320, { scope: 'orders', reason: 'denied' }),
    ]
    expect(gapStretches(gaps, span, titleOf)).toEqual([
      { fromMs: 0, toMs: 200, reason: 'SQS: no answer in time' },
      { fromMs: 300, toMs: null, reason: 'SQS: no answer in time' },
      { fromMs: 310, toMs: 320, reason: 'SQS, orders: access was denied' },
    ])
  })

  test('a gap that lasts swallows what lies in it', () => {
    expect(gapStretches([aGap(10, null), aGap(20, 30)], span, titleOf)).toEqual([
      { fromMs: 10, toMs: null, reason: 'SQS: no answer in time' },
    ])
  })

  test('a hole without a gap is Spillway’s own silence', () => {
    const points = [0, 300_000, 600_000].map((atMs) => ({ atMs, value: 1 }))
    const explained = gapStretches([aGap(60_000, 299_000)], span, titleOf)
    expect(silentStretches(points, span, explained)).toEqual([
      { fromMs: 360_000, toMs: 600_000, reason: 'Not read: Spillway was not running' },
    ])
  })
})
