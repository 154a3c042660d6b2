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

test.each([
  ['that is heard and never answers is slow, not lost, and is asked anew', () => true, 120, 'slow'],
  ['of which nothing is heard is lost', () => false, 45, 'unreachable'],
  // It may have forgotten a connection from before it was lost.
  ['that is back after it was lost is not waited for', (seconds: number) => seconds > 20, 45, 'slow'],
] as const)('a server %s', async (_, isHeard, seconds, code) => {
  const network = stubNetwork()
  const startMs = Date.now()
  const { told } = ask(() => isHeard((Date.now() - startMs) / 1000))
  await vi.advanceTimersByTimeAsync((seconds - 1) * 1000)
  expect(network.isGivenUp()).toBe(false)
  await vi.advanceTimersByTimeAsync(1000)
  expect(network.isGivenUp()).toBe(true)
  expect(await told).toMatchObject({ code })
})

test.each([
  [504, '<html>', true, 'slow'],
  [504, '<html>', false, 'unreachable'],
  [504, 'null', true, 'slow'],
  [504, '{"message":"Endpoint request timed out"}', true, 'slow'],
  [502, '<html>', true, 'unreachable'],
  [503, '<html>', true, 'unreachable'],
] as const)('a proxy that answers %i with %s, while the server is heard: %s, says: %s', async (...row) => {
  const [status, body, isHeard, code] = row
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })))
  expect(await ask(() => isHeard).told).toMatchObject({ code })
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
