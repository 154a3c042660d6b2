import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRefetchGate } from './refetch-gate.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('the first request goes at once, a burst becomes one more half a second later', async () => {
  const startedMs: number[] = []
  const gate = createRefetchGate(() => Promise.resolve(startedMs.push(Date.now())))
  const beginMs = Date.now()
  for (let i = 0; i < 50; i += 1) gate.ask()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(startedMs.map((ms) => ms - beginMs)).toEqual([0, 500])
})

test('a change during a slow fetch is fetched after it, never beside it', async () => {
  let running = 0
  let most = 0
  let done = 0
  const gate = createRefetchGate(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    running -= 1
    done += 1
  })
  gate.ask()
  await vi.advanceTimersByTimeAsync(2_000)
  gate.ask()
  await vi.advanceTimersByTimeAsync(10_000)
  expect({ done, most }).toEqual({ done: 2, most: 1 })
})

test('a failed fetch does not close the gate', async () => {
  let calls = 0
  const gate = createRefetchGate(() => {
    calls += 1
    return Promise.reject(new Error('no'))
  })
  gate.ask()
  await vi.advanceTimersByTimeAsync(1_500)
  gate.ask()
  expect(calls).toBe(2)
})

test('after stop nothing is fetched', async () => {
  let calls = 0
  const gate = createRefetchGate(() => Promise.resolve((calls += 1)))
  gate.ask()
  gate.ask()
  gate.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(calls).toBe(1)
})
