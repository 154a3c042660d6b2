import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createCoalescer } from './coalesce.ts'

function aCoalescer() {
  const emitted: { readonly atMs: number; readonly topics: readonly string[] }[] = []
  const startMs = Date.now()
  const coalescer = createCoalescer((topics) => emitted.push({ atMs: Date.now() - startMs, topics }), 250)
  return { coalescer, emitted }
}

describe('coalescing', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('lets the first through at once', () => {
    const { coalescer, emitted } = aCoalescer()
    coalescer.add(['queues', 'queues', 'emails'])
    expect(emitted).toEqual([{ atMs: 0, topics: ['queues', 'emails'] }])
  })

  test('lets a burst of one topic through four times a second, the last included', () => {
    const { coalescer, emitted } = aCoalescer()
    for (let index = 0; index < 100; index += 1) {
      coalescer.add(['emails'])
      vi.advanceTimersByTime(10)
    }
    vi.advanceTimersByTime(1_000)
    expect(emitted.map(({ atMs }) => atMs)).toEqual([0, 250, 500, 750, 1000])
  })

  test('a busy topic does not hold up another', () => {
    const { coalescer, emitted } = aCoalescer()
    coalescer.add(['emails'])
    coalescer.add(['emails'])
    coalescer.add(['findings'])
    expect(emitted.map(({ topics }) => topics)).toEqual([['emails'], ['findings']])
    vi.advanceTimersByTime(250)
    expect(emitted.at(-1)?.topics).toEqual(['emails'])
  })

  test('a wall clock that is put back by an hour holds nothing up', () => {
    const { coalescer, emitted } = aCoalescer()
    coalescer.add(['emails'])
    vi.setSystemTime(Date.now() - 3_600_000)
    coalescer.add(['emails'])
    vi.advanceTimersByTime(250)
    expect(emitted).toHaveLength(2)
  })

  test('lets what waits go when it is flushed, and nothing twice', () => {
    const { coalescer, emitted } = aCoalescer()
    coalescer.add(['emails'])
    coalescer.add(['emails'])
    coalescer.flush()
    vi.advanceTimersByTime(1_000)
    coalescer.flush()
    expect(emitted.map(({ topics }) => topics)).toEqual([['emails'], ['emails']])
  })
})
