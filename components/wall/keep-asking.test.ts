import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepAsking } from './keep-asking.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function asking(answers: () => Promise<number>) {
  const heard: (number | 'silence')[] = []
  let asked = 0
  const loop = keepAsking({
    ask: () => {
      asked += 1
      return answers()
    },
    onAnswer: (answer) => heard.push(answer),
    onSilence: () => heard.push('silence'),
  })
  return { heard, count: () => asked, ...loop }
}

test('a burst of events is one question', async () => {
  const loop = asking(() => Promise.resolve(1))
  for (let at = 0; at < 50; at += 1) loop.askSoon()
  await vi.advanceTimersByTimeAsync(2000)
  expect(loop.count()).toBe(1)
  loop.stop()
})

test('news that comes while the answer is under way is asked for once more', async () => {
  const answer = Promise.withResolvers<number>()
  const loop = asking(() => answer.promise)
  loop.askSoon()
  await vi.advanceTimersByTimeAsync(500)
  loop.askSoon()
  loop.askSoon()
  expect(loop.count()).toBe(1)
  answer.resolve(1)
  await vi.advanceTimersByTimeAsync(500)
  expect(loop.count()).toBe(2)
  loop.stop()
})

test('a lost server is asked every five seconds until it answers, then calmly again', async () => {
  let isLost = true
  const loop = asking(() => (isLost ? Promise.reject(new Error('lost')) : Promise.resolve(7)))
  await vi.advanceTimersByTimeAsync(15_000 + 2 * 5000)
  expect(loop.heard).toEqual(['silence', 'silence', 'silence'])
  isLost = false
  await vi.advanceTimersByTimeAsync(5000)
  expect(loop.heard.at(-1)).toBe(7)
  await vi.advanceTimersByTimeAsync(14_000)
  expect(loop.count()).toBe(4)
  loop.stop()
})

test('nothing is asked and no timer stays after the end', async () => {
  const loop = asking(() => Promise.resolve(1))
  loop.stop()
  loop.askSoon()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(loop.count()).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})
