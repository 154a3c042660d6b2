import { expect, test } from 'vitest'
import { doubledWords, firstPace, nextPace, paceWords } from './redrive-pace.ts'

const PACE = { perSecond: 2, sinceMs: 0, sent: 1, consumed: 1 }
const next = (sent: number, consumed: number, given: { readonly asked?: number; readonly nowMs?: number } = {}) =>
  nextPace(PACE, { sent, consumed }, { asked: 5, windowMs: 30_000, nowMs: 60_000, ...given })

test('a rate doubles when half of what it sent is known to be consumed, and never for time alone', () => {
  expect(next(61, 31)).toBe(4)
  expect(next(61, 30)).toBeNull()
  expect(next(61, 1, { nowMs: 86_400_000 })).toBeNull()
  expect(next(1, 1), 'nothing was sent at it').toBeNull()
})

test('a rate is kept for its window, and never grows over what was asked', () => {
  expect(next(61, 61, { nowMs: 29_999 })).toBeNull()
  expect(next(61, 61, { asked: 3 })).toBe(3)
  expect(next(61, 61, { asked: 2 })).toBeNull()
})

test('a run that was asked for no more than the first rate has none of its own', () => {
  expect(firstPace({ perSecond: 5, rampFrom: 1 })).toBe(1)
  expect(firstPace({ perSecond: 1, rampFrom: 1 })).toBeNull()
  expect(firstPace({ perSecond: 500, rampFrom: null })).toBeNull()
})

test('is told in words while it is slower than asked', () => {
  expect(paceWords(PACE, 5)).toContain('It moves 2 messages a second now, of 5 asked')
  expect(paceWords(PACE, 2)).toBeNull()
  expect(paceWords({ ...PACE, perSecond: 0.5 }, 5)).toContain('0.5 messages a second')
  expect(doubledWords(PACE, { sent: 61, consumed: 41 })).toBe(
    '40 of 60 messages sent at 2 messages a second are known to be consumed',
  )
})
