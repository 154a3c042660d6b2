import { describe, expect, test } from 'vitest'
import type { DetectEvent } from './define-detector.ts'
import { metricAnomaly } from './metric-anomaly.ts'
import { runDetectors } from './run-detectors.ts'

const START = Date.UTC(2026, 5, 1)
const EVERY = 5 * 60_000
const POINTS_A_DAY = 288

const point = (index: number, value: number, isBackfill = false): DetectEvent => ({
  kind: 'metric',
  atMs: START + index * EVERY,
  series: 'cloudwatch/orders/sent',
  label: 'Orders sent',
  value,
  isBackfill,
})

/** Numbers from 0 to 1, the same for the same place (mulberry32). */
function chance(place: number): number {
  const state = (place * 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
}

/** Counts that follow the day, with about the noise that counts have. */
function usual(index: number): number {
  const noise = [1, 2, 3, 4, 5, 6].reduce((sum, turn) => sum + chance(index * 7 + turn) - 0.5, 0)
  const mean = 200 + 100 * Math.sin((2 * Math.PI * index) / POINTS_A_DAY)
  return Math.round(mean + 1.4 * Math.sqrt(mean) * noise)
}

const days = (count: number): DetectEvent[] =>
  Array.from({ length: count * POINTS_A_DAY }, (_, index) => point(index, usual(index)))

const verdictsOf = (events: readonly DetectEvent[]) => runDetectors([metricAnomaly], events, []).verdicts

describe('a metric that is unlike its past', () => {
  const week = days(7)
  const next = 7 * POINTS_A_DAY

  test('is not found in a week of the usual', () => {
    expect(verdictsOf(week).filter(({ finding }) => finding !== null)).toEqual([])
  })

  test('is said with its value and what is usual, and closes after ten usual readings', () => {
    const fall = Array.from({ length: 6 }, (_, index) => point(next + index, 0))
    const after = Array.from({ length: 40 }, (_, index) => point(next + 6 + index, usual(next + 6 + index)))
    const verdicts = verdictsOf([...week, ...fall, ...after])
    const [opened] = verdicts.filter(({ finding }) => finding !== null)
    expect(opened?.finding?.title).toMatch(/^Orders sent: 0, where [\d\s.]+ to [\d\s.]+ is usual at this time$/u)
    expect(opened?.finding?.evidence).toMatchObject({ series: 'cloudwatch/orders/sent', value: 0 })
    expect(opened?.atMs).toBeLessThanOrEqual(START + (next + 2) * EVERY)
    const closed = verdicts.findLast(({ finding }) => finding === null)
    expect(closed?.atMs).toBeGreaterThanOrEqual(START + (next + 15) * EVERY)
  })

  test('is not said before two days are known', () => {
    const first = Array.from({ length: 570 }, (_, index) => point(index, index > 550 ? 9000 : usual(index)))
    expect(verdictsOf(first).filter(({ finding }) => finding !== null)).toEqual([])
  })

  test('is neither learned nor said of history', () => {
    expect(runDetectors([metricAnomaly], [point(0, 5, true), point(1, 9e9, true)], []).states).toEqual([])
  })

  test('told again changes nothing', () => {
    const twice = week.flatMap((event, index) => (index % 7 === 0 ? [event, event] : [event]))
    expect(runDetectors([metricAnomaly], twice, []).states).toEqual(runDetectors([metricAnomaly], week, []).states)
  })

  test('survives being stored as JSON', () => {
    const middle = runDetectors([metricAnomaly], week.slice(0, 900), []).states
    const stored = JSON.parse(JSON.stringify(middle)) as typeof middle
    expect(runDetectors([metricAnomaly], week.slice(900), stored)).toEqual(
      runDetectors([metricAnomaly], week.slice(900), middle),
    )
  })
})
