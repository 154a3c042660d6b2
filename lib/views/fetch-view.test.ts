import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fetchView, ViewError } from './fetch-view.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The network as the browser shows it: answers when told to, and gives up when asked to. */
function stubNetwork(): { answer: (response: Response) => void; isGivenUp: () => boolean; asked: () => number } {
  const answer = Promise.withResolvers<Response>()
  const signals: (AbortSignal | null | undefined)[] = []
  vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => {
    signals.push(signal)
    signal?.addEventListener('abort', () => answer.reject(signal.reason))
    return answer.promise
  })
  return {
    answer: answer.resolve,
    isGivenUp: () => signals.some((signal) => signal?.aborted === true),
    asked: () => signals.length,
  }
}

function ask(isHeard: () => boolean) {
  const slow: number[] = []
  const startMs = Date.now()
  const left = new AbortController()
  const told = fetchView(
    'queues',
    { page: '2' },
    {
      signal: left.signal,
      isHeard,
      onSlow: () => slow.push((Date.now() - startMs) / 1000),
    },
  ).catch((error: unknown) => (error instanceof ViewError ? error : Promise.reject(error)))
  return { told, slow, left }
}

test('an answer after more than 15 s is said to be slow, and lands', async () => {
  const network = stubNetwork()
  const { told, slow } = ask(() => true)
  await vi.advanceTimersByTimeAsync(14_000)
  expect(slow).toEqual([])
  await vi.advanceTimersByTimeAsync(46_000)
  expect(slow[0]).toBe(15)
  expect({ isGivenUp: network.isGivenUp(), asked: network.asked() }).toEqual({ isGivenUp: false, asked: 1 })
  network.answer(Response.json({ nowMs: 1 }))
  expect(await told).toEqual({ nowMs: 1 })
  expect(vi.getTimerCount()).toBe(0)
})

test('a server that is heard and never answers is slow, not lost, and is asked anew in the end', async () => {
  const network = stubNetwork()
  const { told } = ask(() => true)
  await vi.advanceTimersByTimeAsync(119_000)
  expect(network.isGivenUp()).toBe(false)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await told).toMatchObject({ code: 'slow' })
})

test('a server of which nothing is heard is lost after 45 s', async () => {
  const network = stubNetwork()
  const { told } = ask(() => false)
  await vi.advanceTimersByTimeAsync(44_000)
  expect(network.isGivenUp()).toBe(false)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await told).toMatchObject({ code: 'unreachable' })
})

test('a connection from before the server was lost is not waited for when it is back', async () => {
  const network = stubNetwork()
  let isHeard = false
  const { told } = ask(() => isHeard)
  await vi.advanceTimersByTimeAsync(20_000)
  isHeard = true
  await vi.advanceTimersByTimeAsync(25_000)
  expect(network.isGivenUp()).toBe(true)
  expect(await told).toMatchObject({ code: 'slow' })
})

test('a network that refuses is lost at once, and what is no answer of ours as well', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  expect(await ask(() => true).told).toMatchObject({ code: 'unreachable' })
  for (const body of ['<html>', 'null', '{"error":"a gateway"}']) {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status: 502 })))
    expect(await ask(() => true).told, body).toMatchObject({ code: 'unreachable' })
  }
  vi.stubGlobal('fetch', () =>
    Promise.resolve(Response.json({ error: { code: 'store_unavailable', message: 'x', sinceMs: 7 } }, { status: 503 })),
  )
  expect(await ask(() => true).told).toMatchObject({ code: 'store_unavailable', sinceMs: 7 })
})

test('whoever leaves gives up the answer, and no timer stays', async () => {
  const network = stubNetwork()
  const { told, left } = ask(() => true)
  left.abort()
  await told
  expect(network.isGivenUp()).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
