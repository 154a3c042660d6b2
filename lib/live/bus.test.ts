import { afterEach, describe, expect, test, vi } from 'vitest'
import { closeLive, publish, subscribe, type LiveEvent } from './bus.ts'

describe('live events within one process', () => {
  afterEach(() => closeLive())

  test('reach every listener until it leaves, with a growing version', async () => {
    const heard: LiveEvent[] = []
    const leave = subscribe((event) => heard.push(event))
    publish(['queues'])
    publish(['emails'])
    expect(heard.map((event) => ('topics' in event ? event.topics : event.kind))).toEqual([['queues'], ['emails']])
    const [first, second] = heard.map((event) => ('version' in event ? event.version : 0))
    expect(second).toBeGreaterThan(first ?? Infinity)
    leave()
    publish(['findings'])
    expect(heard).toHaveLength(2)
  })

  test('a listener that throws does not keep them from the others', () => {
    const other = vi.fn()
    subscribe(() => {
      throw new Error('a fault')
    })
    subscribe(other)
    publish(['marks'])
    expect(other).toHaveBeenCalledOnce()
  })

  test('nothing to say is not said', () => {
    const listener = vi.fn()
    subscribe(listener)
    publish([])
    expect(listener).not.toHaveBeenCalled()
  })
})
