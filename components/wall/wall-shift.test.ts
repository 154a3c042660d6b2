import { expect, test } from 'vitest'
import { secondsToNextPoll, wallShift } from './wall-shift.ts'

test('every minute the screen stands elsewhere, never by more than nine pixels', () => {
  for (let minute = 0; minute < 600; minute += 1) {
    const here = wallShift(minute * 60_000)
    const next = wallShift((minute + 1) * 60_000)
    expect(here).not.toEqual(next)
    expect(Math.max(Math.abs(here.x), Math.abs(here.y))).toBeLessThanOrEqual(9)
  }
})

test('within a minute it stands still', () => {
  expect(wallShift(60_000)).toEqual(wallShift(119_999))
})

test('the countdown ends at zero and stays there', () => {
  expect(secondsToNextPoll(10_000, 5000, 15)).toBe(10)
  expect(secondsToNextPoll(90_000, 5000, 15)).toBe(0)
})
