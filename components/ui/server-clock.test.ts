import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createServerClock } from './server-clock.ts'

const SERVER = 1_000_000_000_400
beforeEach(() => vi.useFakeTimers({ now: 5_000 }))
afterEach(() => vi.useRealTimers())

test('the local clock only says what elapsed, however wrong it is', () => {
  const clock = createServerClock(SERVER)
  vi.advanceTimersByTime(2500)
  expect(clock.nowMs()).toBe(SERVER + 2500)
})

test('ticks fall on the full seconds of the server', () => {
  const clock = createServerClock(SERVER)
  const seen: number[] = []
  const stop = clock.subscribe(() => seen.push(clock.nowMs()))
  vi.advanceTimersByTime(2700)
  expect(seen).toEqual([SERVER + 600, SERVER + 1600, SERVER + 2600])
  stop()
  vi.advanceTimersByTime(5000)
  expect(seen).toHaveLength(3)
  expect(vi.getTimerCount()).toBe(0)
})

test('one timer serves any number of readers', () => {
  const clock = createServerClock(SERVER)
  const stops = Array.from({ length: 50 }, () => clock.subscribe(() => {}))
  expect(vi.getTimerCount()).toBe(1)
  for (const stop of stops) stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('a later word of the server moves the clock on, a late one does not move it back', () => {
  const clock = createServerClock(SERVER)
  clock.correct(SERVER + 300)
  expect(clock.nowMs()).toBe(SERVER + 300)
  clock.correct(SERVER - 800)
  expect(clock.nowMs()).toBe(SERVER + 300)
  clock.correct(SERVER - 3_600_000)
  expect(clock.nowMs()).toBe(SERVER - 3_600_000)
})
