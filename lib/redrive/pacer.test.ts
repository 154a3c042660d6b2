import { expect, test } from 'vitest'
import { Pacer } from './pacer.ts'

const { signal } = new AbortController()

/** A clock that stands still but for waits and slow calls. */
function clockAt(startMs: number) {
  let atMs = startMs
  return {
    nowMs: () => atMs,
    wait: async (ms: number) => {
      atMs += ms
    },
    pass: (ms: number) => {
      atMs += ms
    },
  }
}

/** Messages a second over `seconds`, in takes of 10 of which `used` are used; `slow` says how long the call after each take lasts, ms. */
async function keptRate(asked: number, seconds: number, given: { used?: number; slow?: (turn: number) => number }) {
  const clock = clockAt(5_000)
  const pacer = new Pacer(asked, clock)
  let moved = 0
  let mostInSecond = 0
  const moments: number[] = []
  for (let turn = 0; clock.nowMs() < 5_000 + seconds * 1_000; turn += 1) {
    await pacer.take(10, signal)
    moments.push(clock.nowMs())
    clock.pass(given.slow?.(turn) ?? 0)
    moved += given.used ?? 10
    pacer.giveBack(10 - (given.used ?? 10))
    const lately = moments.filter((atMs) => atMs > clock.nowMs() - 1_000).length
    mostInSecond = Math.max(mostInSecond, lately * (given.used ?? 10))
  }
  return { perSecond: moved / ((clock.nowMs() - 5_000) / 1_000), mostInSecond }
}

test.each([5, 50, 400])('keeps a rate of %d a second within 5 %%', async (asked) => {
  const { perSecond } = await keptRate(asked, 60, {})
  expect(perSecond / asked).toBeGreaterThan(0.95)
  expect(perSecond / asked).toBeLessThan(1.05)
})

test.each([50, 400])('keeps a rate of %d a second although receives bring less than was asked for', async (asked) => {
  const { perSecond } = await keptRate(asked, 60, { used: 3 })
  expect(perSecond / asked).toBeGreaterThan(0.95)
  expect(perSecond / asked).toBeLessThan(1.05)
})

test('makes up for calls that stall for seconds, without a burst', async () => {
  const { perSecond, mostInSecond } = await keptRate(100, 60, { slow: (turn) => (turn === 20 ? 3_000 : 0) })
  expect(perSecond).toBeGreaterThan(95)
  expect(perSecond).toBeLessThan(105)
  expect(mostInSecond).toBeLessThanOrEqual(140)
})

test('owes nothing for a stall of minutes but a few seconds', async () => {
  const clock = clockAt(0)
  const pacer = new Pacer(100, clock)
  clock.pass(600_000)
  let moved = 0
  while (clock.nowMs() < 660_000) {
    await pacer.take(10, signal)
    moved += 10
  }
  expect(moved / 60).toBeLessThanOrEqual(109)
})
