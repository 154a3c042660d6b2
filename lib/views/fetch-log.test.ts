import { expect, test } from 'vitest'
import { FetchLog } from './fetch-log.ts'

const SIGNAL = new AbortController().signal

test('nobody asks beside a fetch that is under way: its end is waited for, also that of one begun meanwhile', async () => {
  const log = new FetchLog()
  await log.idle()
  const first = Promise.withResolvers<number>()
  const second = Promise.withResolvers<number>()
  const watched = log.watch(first.promise, SIGNAL)
  const order: string[] = []
  const idle = log.idle().then(() => order.push('idle'))
  const later = log.watch(second.promise, SIGNAL)
  first.resolve(1)
  await watched
  order.push('first')
  second.resolve(2)
  await later
  await idle
  expect(order).toEqual(['first', 'idle'])
})

test('a row of failures lasts from its first to the next good answer; what was given up is none', async () => {
  const log = new FetchLog()
  const left = new AbortController()
  left.abort()
  await expect(log.watch(Promise.reject(new Error('left')), left.signal)).rejects.toThrow('left')
  expect(log.isFailing).toBe(false)
  const lastGoodMs = Date.now() - 5000
  await expect(log.watch(Promise.reject(new Error('lost')), SIGNAL)).rejects.toThrow('lost')
  const elapsedMs = log.elapsedMs(lastGoodMs)
  expect(elapsedMs).toBeGreaterThanOrEqual(5000)
  await expect(log.watch(Promise.reject(new Error('lost')), SIGNAL)).rejects.toThrow('lost')
  expect(log.isFailing).toBe(true)
  expect(log.elapsedMs(lastGoodMs)).toBe(elapsedMs)
  await log.watch(Promise.resolve(1), SIGNAL)
  expect(log.isFailing).toBe(false)
  expect(log.elapsedMs(lastGoodMs)).toBe(0)
})
