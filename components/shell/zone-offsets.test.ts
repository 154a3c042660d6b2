import { expect, test } from 'vitest'
import {
  formatClock,
  formatMoment,
  formatOffset,
  keepZone,
  learnOffsets,
  zonedParts,
} from '#components/ui/zoned-time.ts'
import { zoneOffsets } from './zone-offsets.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 59)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

test('a zone has the spans between its changes, each to the minute', () => {
  const { spans, untilMs } = zoneOffsets('Europe/London', NOW)
  expect(spans.map(([fromMs, minutes]) => [new Date(fromMs).toISOString(), minutes]).slice(1)).toEqual([
    ['2025-10-26T01:00:00.000Z', 0],
    ['2026-03-29T01:00:00.000Z', 60],
    ['2026-10-25T01:00:00.000Z', 0],
    ['2027-03-28T01:00:00.000Z', 60],
    ['2027-10-31T01:00:00.000Z', 0],
  ])
  expect(untilMs).toBeGreaterThan(NOW + 399 * DAY_MS)
  expect(zoneOffsets('UTC', NOW).spans).toHaveLength(1)
})

test.each(['Europe/London', 'Africa/Casablanca', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu', 'UTC'])(
  'times of %s are the same whether its offsets are known or Intl is asked, also beyond them',
  (zone) => {
    const moments = Array.from(
      { length: 900 },
      (_, at) => NOW + (at - 450) * DAY_MS + ((at * 7) % 24) * HOUR_MS + 61_001,
    )
    const asked = moments.map((atMs) => zonedParts(atMs, zone))
    learnOffsets(zone, zoneOffsets(zone, NOW))
    expect(moments.map((atMs) => zonedParts(atMs, zone))).toEqual(asked)
  },
)

test('however a stranger writes zones, no more are kept than there are', () => {
  const zones = new Map<string, number>()
  for (let at = 0; at < 2_500; at += 1) keepZone(zones, `zone ${at}`, at)
  expect(zones.size).toBe(500)
  expect(zones.get('zone 2499')).toBe(2_499)
})

test('once known, a zone is not asked for', () => {
  const offsets = { spans: [[0, 90]], untilMs: NOW + DAY_MS } as const
  learnOffsets('Nowhere/At_All', offsets)
  expect(formatClock(NOW, 'Nowhere/At_All', true)).toBe('16:29:00')
  expect(formatMoment(NOW - DAY_MS, 'Nowhere/At_All', NOW)).toBe('21 Nov 16:29')
  expect(formatOffset(NOW, 'Nowhere/At_All')).toBe('UTC+1:30')
  expect(() => formatClock(NOW + DAY_MS, 'Nowhere/At_All')).toThrow(RangeError)
})
