import { afterEach, expect, test, vi } from 'vitest'
import { createViewMemo } from './view-memo.ts'

afterEach(() => void vi.useRealTimers())

function counter() {
  let calls = 0
  return { make: () => Promise.resolve((calls += 1)), calls: () => calls }
}

test('fifty readers at once cost one query, and so do those of the next five seconds', async () => {
  let nowMs = 0
  const memo = createViewMemo(() => nowMs)
  const { make, calls } = counter()
  await Promise.all(Array.from({ length: 50 }, () => memo.share('k', ['queues'], make)))
  nowMs = 4_999
  await memo.share('k', ['queues'], make)
  expect(calls()).toBe(1)
  nowMs = 5_000
  expect(await memo.share('k', ['queues'], make)).toBe(2)
})

test('a wall clock that is put back by an hour makes no answer live longer', async () => {
  vi.useFakeTimers()
  const memo = createViewMemo()
  const { make } = counter()
  await memo.share('k', ['queues'], make)
  vi.setSystemTime(Date.now() - 3_600_000)
  vi.advanceTimersByTime(5_000)
  expect(await memo.share('k', ['queues'], make)).toBe(2)
})

test('an event of one of its topics ends an answer, another does not', async () => {
  const memo = createViewMemo(() => 0)
  const { make } = counter()
  await memo.share('k', ['queues'], make)
  memo.forget(['emails'])
  expect(await memo.share('k', ['queues'], make)).toBe(1)
  memo.forget(['queues'])
  expect(await memo.share('k', ['queues'], make)).toBe(2)
  memo.forget(null)
  expect(await memo.share('k', ['queues'], make)).toBe(3)
})

test('an event during a query makes the next reader ask again', async () => {
  const memo = createViewMemo(() => 0)
  const { promise, resolve } = Promise.withResolvers<string>()
  const early = memo.share('k', ['queues'], () => promise)
  memo.forget(['queues'])
  const late = memo.share('k', ['queues'], () => Promise.resolve('after the change'))
  resolve('before the change')
  expect([await early, await late]).toEqual(['before the change', 'after the change'])
  expect(await memo.share('k', ['queues'], () => Promise.reject(new Error('not asked')))).toBe('after the change')
})

test('a failure is told to those who waited and not kept', async () => {
  const memo = createViewMemo(() => 0)
  await expect(memo.share('k', ['queues'], () => Promise.reject(new Error('store')))).rejects.toThrow('store')
  expect(await memo.share('k', ['queues'], () => Promise.resolve('good'))).toBe('good')
})

test('odd parameters cannot fill the memory', async () => {
  const memo = createViewMemo(() => 0)
  let calls = 0
  const make = () => Promise.resolve((calls += 1))
  for (let i = 0; i < 600; i += 1) await memo.share(`k${i}`, ['queues'], make)
  await memo.share('k599', ['queues'], make)
  expect(calls).toBe(600)
  await memo.share('k0', ['queues'], make)
  expect(calls).toBe(601)
})
