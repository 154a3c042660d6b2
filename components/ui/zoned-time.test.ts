import { expect, test } from 'vitest'
import { formatClock, formatMoment, formatOffset, formatUtc, knownZone, zoneOffsetMinutes } from './zoned-time.ts'

const LONDON = 'Europe/London'
const NOW = Date.UTC(2026, 10, 22, 14, 59)

test('today has the clock alone, another day its date, another year the year', () => {
  expect(formatMoment(Date.UTC(2026, 10, 22, 14, 21), LONDON, NOW)).toBe('14:21')
  expect(formatMoment(Date.UTC(2026, 8, 3, 8, 5), LONDON, NOW)).toBe('3 Sep 09:05')
  expect(formatMoment(Date.UTC(2024, 10, 7, 10, 30), LONDON, NOW)).toBe('7 Nov 2024 10:30')
})

test('what is today depends on the zone of the reader', () => {
  const lateInLondon = Date.UTC(2026, 10, 21, 23, 30)
  expect(formatMoment(lateInLondon, 'Asia/Tokyo', NOW)).toBe('08:30')
  expect(formatMoment(lateInLondon, LONDON, NOW)).toBe('21 Nov 23:30')
})

test('the hour that is lived twice in autumn is told apart by its offset', () => {
  const first = Date.UTC(2026, 9, 25, 0, 30)
  const second = Date.UTC(2026, 9, 25, 1, 30)
  expect([formatClock(first, LONDON), formatClock(second, LONDON)]).toEqual(['01:30', '01:30'])
  expect([formatOffset(first, LONDON), formatOffset(second, LONDON)]).toEqual(['UTC+1', 'UTC'])
})

test('the hour that spring leaves out is not written', () => {
  const change = Date.UTC(2026, 2, 29, 1, 0)
  expect(formatClock(change - 60_000, LONDON)).toBe('00:59')
  expect(formatClock(change, LONDON)).toBe('02:00')
})

test('offsets of half an hour and behind UTC are written out', () => {
  expect(formatOffset(NOW, 'America/St_Johns')).toBe('UTC−3:30')
  expect(zoneOffsetMinutes(NOW, 'Asia/Kathmandu')).toBe(345)
})

test('midnight is 00, not 24', () => {
  expect(formatClock(Date.UTC(2026, 10, 22), 'UTC', true)).toBe('00:00:00')
})

test('the title of a time is in UTC whatever the zone', () => {
  expect(formatUtc(Date.UTC(2024, 10, 7, 10, 30))).toBe('2024-11-07 10:30:00 UTC')
})

test('an unknown zone in a cookie falls back', () => {
  expect(knownZone('Mars/Olympus', LONDON)).toBe(LONDON)
  expect(knownZone(undefined, LONDON)).toBe(LONDON)
  expect(knownZone('Asia/Tokyo', LONDON)).toBe('Asia/Tokyo')
})
