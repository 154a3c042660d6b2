import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BackfillRange } from './cloudwatch-cursor.ts'
import { advanceRanges, backfillStartMs, keepFetchable, pickChunk, type BackfillChunk } from './plan-backfill.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOW_MS = Date.parse('2026-11-22T09:17:23Z')
const LIVE_MS = Date.parse('2026-11-22T06:00:00Z')

const inOrder = (): number => 0

/** Runs a plan to its end, as if every chunk were stored. */
function runPlan(ranges: readonly BackfillRange[], nowMs = NOW_MS): readonly BackfillChunk[] {
  const chunks: BackfillChunk[] = []
  let left = keepFetchable(ranges, nowMs)
  while (left.length > 0) {
    const chunk = pickChunk(left, nowMs, inOrder)
    if (chunk === null || chunks.length > 10_000) throw new Error('the plan does not end')
    chunks.push(chunk)
    left = keepFetchable(advanceRanges(left, chunk, new Set(chunk.queues)), nowMs)
  }
  return chunks
}

describe('the plan of a first start', () => {
  const chunks = runPlan([{ queue: 'orders', fromMs: backfillStartMs(NOW_MS, 90), toMs: LIVE_MS }])

  test('asks for minutes of a day, five minutes of 15 and hours of 90, newest first', () => {
    const spans = Map.groupBy(chunks, (chunk) => chunk.window.periodSeconds)
    const days = [...spans].map(([period, list]) => [
      period,
      Math.round(list.reduce((sum, { window }) => sum + window.toMs - window.fromMs, 0) / DAY_MS),
    ])
    expect(days).toEqual([
      [60, 1],
      [300, 14],
      [3_600, 75],
    ])
    const ends = chunks.map((chunk) => chunk.window.toMs)
    expect(ends).toEqual(ends.toSorted((a, b) => b - a))
  })

  test('covers everything once, without a hole and without an overlap', () => {
    expect(chunks[0]?.window.toMs).toBe(LIVE_MS)
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk.window.fromMs).toBe(chunks[index + 1]?.window.toMs ?? backfillStartMs(NOW_MS, 90))
    }
  })

  test('keeps within what CloudWatch still has in that period', () => {
    for (const { window } of chunks) {
      const keptDays = { 60: 15, 300: 63, 3_600: 455 }[window.periodSeconds] ?? 0
      expect(window.fromMs).toBeGreaterThanOrEqual(NOW_MS - keptDays * DAY_MS)
    }
  })
})

test('queues that share a stretch are asked together as far as a chunk allows, important ones first', () => {
  const days = {
    fromMs: NOW_MS - 10 * DAY_MS - (NOW_MS % HOUR_MS),
    toMs: NOW_MS - 10 * DAY_MS - (NOW_MS % HOUR_MS) + 10 * HOUR_MS,
  }
  const ranges = Array.from({ length: 60 }, (_, index) => ({ queue: `q${index}`, ...days }))
  const chunk = pickChunk(ranges, NOW_MS, (queue) => (queue === 'q42' ? 0 : 1))
  expect(chunk?.queues).toHaveLength(41)
  expect(chunk?.queues[0]).toBe('q42')
})

test('the newest stretch of any queue comes before an older one', () => {
  const old = { queue: 'orders', fromMs: NOW_MS - 50 * DAY_MS, toMs: NOW_MS - 20 * DAY_MS }
  const hole = { queue: 'returns', fromMs: NOW_MS - 9 * HOUR_MS, toMs: LIVE_MS }
  expect(pickChunk([old, hole], NOW_MS, inOrder)?.queues).toEqual(['returns'])
})

test('a queue whose answer failed keeps its range', () => {
  const range = { fromMs: LIVE_MS - HOUR_MS, toMs: LIVE_MS }
  const ranges = [
    { queue: 'orders', ...range },
    { queue: 'returns', ...range },
  ]
  const chunk = pickChunk(ranges, NOW_MS, inOrder)
  if (chunk === null) throw new Error('no chunk')
  expect(advanceRanges(ranges, chunk, new Set(['orders']))).toEqual([{ queue: 'returns', ...range }])
})

test('what CloudWatch has forgotten is not asked for', () => {
  expect(
    keepFetchable([{ queue: 'orders', fromMs: NOW_MS - 500 * DAY_MS, toMs: NOW_MS - 460 * DAY_MS }], NOW_MS),
  ).toEqual([])
  expect(pickChunk([], NOW_MS, inOrder)).toBeNull()
})

test('any ranges end, never ask for the same moment of a queue twice, and leave out no more than an hour at an edge', () => {
  const minute = fc.integer({ min: 0, max: 100 * 24 * 60 })
  fc.assert(
    fc.property(minute, minute, fc.integer({ min: 0, max: 3_600_000 }), (a, b, late) => {
      const edges = [NOW_MS - a * 60_000, NOW_MS - b * 60_000].map((at) => Math.floor(at / 60_000) * 60_000).toSorted()
      const [fromMs = 0, toMs = 0] = edges
      const windows = runPlan([{ queue: 'orders', fromMs, toMs }], NOW_MS + late)
        .map((chunk) => chunk.window)
        .filter((window) => window.fromMs < window.toMs)
      for (const [index, window] of windows.entries()) {
        expect(window.toMs).toBeLessThanOrEqual(windows[index - 1]?.fromMs ?? toMs)
        expect(window.fromMs % (window.periodSeconds * 1_000)).toBe(0)
        expect(window.fromMs).toBeGreaterThanOrEqual(fromMs)
      }
      const asked = windows.reduce((sum, window) => sum + window.toMs - window.fromMs, 0)
      expect(toMs - fromMs - asked).toBeLessThan(2 * HOUR_MS)
    }),
  )
})
