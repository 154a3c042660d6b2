import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepStream, reconnectDelayMs, type OpenSource } from './keep-stream.ts'
import type { LiveMessage } from './live-message.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A server end under the test's control. */
function line() {
  const opened: { say: (message: object) => void; fail: () => void; isClosed: boolean }[] = []
  const open: OpenSource = (onData, onError) => {
    const end = { say: (message: object) => onData(JSON.stringify(message)), fail: onError, isClosed: false }
    opened.push(end)
    return () => {
      end.isClosed = true
    }
  }
  return { opened, open }
}

function heard() {
  const messages: LiveMessage[] = []
  const connections: boolean[] = []
  return {
    messages,
    connections,
    listener: {
      onMessage: (message: LiveMessage) => messages.push(message),
      onConnection: (isConnected: boolean) => connections.push(isConnected),
    },
  }
}

test('the delay doubles up to thirty seconds and is spread by half', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => reconnectDelayMs(attempt, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ])
  expect(reconnectDelayMs(2, 0)).toBe(2_000)
})

test('a broken stream is opened anew after growing delays, and a greeting starts them over', () => {
  const { opened, open } = line()
  const { listener, connections } = heard()
  keepStream(open, listener, () => 1)
  opened[0]?.fail()
  vi.advanceTimersByTime(1_000)
  opened[1]?.fail()
  vi.advanceTimersByTime(1_999)
  expect(opened).toHaveLength(2)
  vi.advanceTimersByTime(1)
  expect(opened).toHaveLength(3)
  opened[2]?.say({ kind: 'hello', build: 'b' })
  opened[2]?.fail()
  vi.advanceTimersByTime(1_000)
  expect(opened).toHaveLength(4)
  expect(connections).toEqual([false, false, true, false])
})

test('a stream that falls silent is given up even though the network reports nothing', () => {
  const { opened, open } = line()
  const { listener, connections } = heard()
  keepStream(open, listener, () => 0)
  opened[0]?.say({ kind: 'hello', build: 'b' })
  vi.advanceTimersByTime(30_000)
  opened[0]?.say({ kind: 'beat' })
  vi.advanceTimersByTime(39_999)
  expect(connections).toEqual([true])
  vi.advanceTimersByTime(1)
  expect(opened[0]?.isClosed).toBe(true)
  expect(connections).toEqual([true, false])
})

test('what is not a message of ours is passed over, and stopping closes for good', () => {
  const { opened, open } = line()
  const { listener, messages } = heard()
  const stop = keepStream(open, listener)
  opened[0]?.say({ kind: 'nonsense' })
  opened[0]?.say({ kind: 'change', topics: ['queues'] })
  expect(messages).toEqual([{ kind: 'change', topics: ['queues'] }])
  stop()
  vi.advanceTimersByTime(120_000)
  expect(opened).toHaveLength(1)
  expect(opened[0]?.isClosed).toBe(true)
})
