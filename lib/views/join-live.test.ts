import { afterEach, expect, test, vi } from 'vitest'
import { joinLive, type LivePorts } from './join-live.ts'
import type { OpenSource } from './keep-stream.ts'
import type { LiveMessage } from './live-message.ts'

/** One browser: Node's own Web Locks and BroadcastChannel, and a server end under the test's control. */
function browser(overrides: Partial<LivePorts> = {}) {
  const streams: { say: (message: object) => void; fail: () => void }[] = []
  const openSource: OpenSource = (onData, onError) => {
    const stream = { say: (message: object) => onData(JSON.stringify(message)), fail: onError }
    streams.push(stream)
    stream.say({ kind: 'hello', build: 'b' })
    return () => streams.splice(streams.indexOf(stream), 1)
  }
  const openTab = () => {
    const tab = { messages: [] as LiveMessage[], isConnected: false, leave: (): void => undefined }
    const ports = { openSource, locks: navigator.locks, openChannel, nowMs: () => performance.now(), ...overrides }
    tab.leave = joinLive(ports, {
      onMessage: (message) => tab.messages.push(message),
      onConnection: (isConnected) => {
        tab.isConnected = isConnected
      },
    })
    leaving.push(tab.leave)
    return tab
  }
  return { streams, openTab }
}

const leaving: (() => void)[] = []
afterEach(() => {
  for (const leave of leaving.splice(0)) leave()
})

function openChannel(name: string): BroadcastChannel {
  // Node's channel lacks only what an EventTarget of a page has besides.
  return new BroadcastChannel(name)
}

const changes = (tab: { messages: LiveMessage[] }) => tab.messages.filter(({ kind }) => kind === 'change').length

test('ten tabs share one stream, and each hears every change', async () => {
  const { streams, openTab } = browser()
  const tabs = Array.from({ length: 10 }, openTab)
  await expect.poll(() => tabs.every((tab) => tab.isConnected)).toBe(true)
  streams[0]?.say({ kind: 'change', topics: ['queues'] })
  await expect.poll(() => tabs.map(changes)).toEqual(Array.from({ length: 10 }, () => 1))
  expect(streams).toHaveLength(1)
})

test('a tab that joins later is greeted, so that it fetches what it may have missed', async () => {
  const { openTab } = browser()
  const first = openTab()
  await expect.poll(() => first.isConnected).toBe(true)
  const late = openTab()
  await expect.poll(() => late.messages).toEqual([{ kind: 'hello', build: 'b' }])
  expect(late.isConnected).toBe(true)
  expect(first.messages).toHaveLength(1)
})

test('when the leading tab closes another opens the stream, and all are told to fetch', async () => {
  const { streams, openTab } = browser()
  const [leader, second, third] = [openTab(), openTab(), openTab()]
  await expect.poll(() => [leader, second, third].every((tab) => tab.isConnected)).toBe(true)
  const before = third.messages.length
  leader.leave()
  await expect.poll(() => third.messages.slice(before).some(({ kind }) => kind === 'hello')).toBe(true)
  streams[0]?.say({ kind: 'change', topics: ['emails'] })
  await expect.poll(() => [changes(second), changes(third)]).toEqual([1, 1])
  expect(streams).toHaveLength(1)
})

test('a broken stream is known in every tab', async () => {
  const { streams, openTab } = browser()
  const tabs = [openTab(), openTab()]
  await expect.poll(() => tabs.every((tab) => tab.isConnected)).toBe(true)
  streams[0]?.fail()
  await expect.poll(() => tabs.map((tab) => tab.isConnected)).toEqual([false, false])
})

test('a leader that sleeps is replaced, and waits its turn when it wakes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    let nowMs = 0
    const { streams, openTab } = browser({ nowMs: () => nowMs })
    const sleeper = openTab()
    await expect.poll(() => sleeper.isConnected).toBe(true)
    const follower = openTab()
    await expect.poll(() => follower.isConnected).toBe(true)
    nowMs += 46_000
    vi.advanceTimersByTime(5_000)
    // The sleeper lost the lock and closed its stream; the follower opened its own.
    await expect.poll(() => follower.messages.filter(({ kind }) => kind === 'hello')).toHaveLength(2)
    await expect.poll(() => streams).toHaveLength(1)
    streams[0]?.say({ kind: 'change', topics: ['queues'] })
    await expect.poll(() => [changes(sleeper), changes(follower)]).toEqual([1, 1])
  } finally {
    vi.useRealTimers()
  }
})

test('where a browser has no locks each tab opens a stream of its own', async () => {
  const { streams, openTab } = browser({ locks: null })
  const tabs = [openTab(), openTab()]
  expect(tabs.every((tab) => tab.isConnected)).toBe(true)
  expect(streams).toHaveLength(2)
})
