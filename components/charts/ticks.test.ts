import { expect, test } from 'vitest'
import { ageTicks, countTicks, timeTicks } from './ticks.ts'

const HOUR = 3_600_000
const LONDON = 'Europe/London'

test('a day is divided on full hours of the zone, and midnight is named by its date', () => {
  const toMs = Date.UTC(2026, 10, 22, 14, 59)
  const labels = timeTicks(toMs - 24 * HOUR, toMs, LONDON).map((tick) => tick.label)
  expect(labels).toEqual(['15:00', '18:00', '21:00', '22 Nov', '03:00', '06:00', '09:00', '12:00'])
})

test('ticks of a half-hour zone fall on its own full hours', () => {
  const toMs = Date.UTC(2026, 10, 22, 14, 59)
  const labels = timeTicks(toMs - 6 * HOUR, toMs, 'Asia/Kolkata').map((tick) => tick.label)
  expect(labels).toEqual(['15:00', '16:00', '17:00', '18:00', '19:00', '20:00'])
})

test('days stay at midnight across the end of summer time', () => {
  const fromMs = Date.UTC(2026, 9, 22, 23)
  const ticks = timeTicks(fromMs, fromMs + 7 * 24 * HOUR, LONDON)
  expect(ticks.map((tick) => tick.label)).toEqual([
    '23 Oct',
    '24 Oct',
    '25 Oct',
    '26 Oct',
    '27 Oct',
    '28 Oct',
    '29 Oct',
  ])
  expect((ticks[3]?.atMs ?? 0) - (ticks[2]?.atMs ?? 0)).toBe(25 * HOUR)
})

test.each([
  [0, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [37, [0, 10, 20, 30, 40]],
  [1800, [0, 500, 1000, 1500, 2000]],
])('counts up to %d get round ticks from zero', (top, ticks) => {
  expect(countTicks(top)).toEqual(ticks)
})

test('ages are divided as on a clock', () => {
  expect(ageTicks(2280)).toEqual([0, 600, 1200, 1800, 2400])
  expect(ageTicks(0)).toEqual([0, 1])
  expect(ageTicks(5 * 86_400)).toEqual([0, 172_800, 345_600, 518_400])
})
