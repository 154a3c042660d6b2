import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeLive, publish } from './bus.ts'
import { closeStreams, countStreams, openStream } from './stream.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(async () => {
  vi.useRealTimers()
  closeStreams()
  await closeLive()
})

function read(isWelcome: () => Promise<boolean> = () => Promise.resolve(true)) {
  const leaving = new AbortController()
  const stream = openStream({ signal: leaving.signal, build: 'build-7', isWelcome })
  const reader = stream.getReader()
  const next = async () => {
    const { value, done } = await reader.read()
    return { value: new TextDecoder().decode(value), done }
  }
  return { next, leave: () => leaving.abort(), cancel: () => reader.cancel() }
}

test('a stream greets with the build, then tells what becomes stale', async () => {
  const { next } = read()
  expect((await next()).value).toBe('data: {"kind":"hello","build":"build-7"}\n\n')
  publish(['queues', 'findings'])
  expect((await next()).value).toBe('data: {"kind":"change","topics":["queues","findings"]}\n\n')
})

test('it beats every fifteen seconds', async () => {
  const { next } = read()
  await next()
  await vi.advanceTimersByTimeAsync(15_000)
  expect((await next()).value).toBe(':\n')
  expect((await next()).value).toBe('data: {"kind":"beat"}\n\n')
})

test('a reader who goes away is forgotten, whichever way it shows', async () => {
  const gone = read()
  await gone.next()
  const cancelled = read()
  await cancelled.next()
  expect(countStreams()).toBe(2)
  gone.leave()
  await cancelled.cancel()
  expect(countStreams()).toBe(0)
  publish(['queues'])
})

test('shutdown ends every stream', async () => {
  const { next } = read()
  await next()
  closeStreams()
  expect((await next()).done).toBe(true)
  expect(countStreams()).toBe(0)
})

test('a reader whose session ended is sent away; one whose store is silent is told to ask', async () => {
  const ended = read(() => Promise.resolve(false))
  const unsure = read(() => Promise.reject(new Error('store')))
  await ended.next()
  await unsure.next()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(countStreams()).toBe(1)
  const heard = [await unsure.next(), await unsure.next(), await unsure.next()].map(({ value }) => value)
  expect(heard.at(-1)).toBe('data: {"kind":"resync"}\n\n')
  await unsure.cancel()
})

test('a reader who does not read is cut off before the memory fills', () => {
  openStream({ signal: new AbortController().signal, build: 'b', isWelcome: () => Promise.resolve(true) })
  expect(countStreams()).toBe(1)
  for (let i = 0; i < 300; i += 1) {
    publish([`queue:${i}`])
  }
  expect(countStreams()).toBe(0)
})
