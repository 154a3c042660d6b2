/** Lets each topic through at once, and again at most once an interval: what comes in between waits and goes out as one. */
export interface Coalescer {
  add(topics: readonly string[]): void
  /** Lets everything that waits go now. */
  flush(): void
}

/**
 * `emit` gets topics without repetition, never an empty list. `intervalMs` is the least time between two of the same topic, on a clock
 * that nobody sets: a wall clock that is put back would hold events until it is where it was.
 */
export function createCoalescer(emit: (topics: readonly string[]) => void, intervalMs: number): Coalescer {
  const lastMs = new Map<string, number>()
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | null = null

  const isDue = (topic: string, nowMs: number): boolean => nowMs - (lastMs.get(topic) ?? -Infinity) >= intervalMs

  const release = (topics: readonly string[], nowMs: number): void => {
    for (const topic of topics) {
      waiting.delete(topic)
      lastMs.set(topic, nowMs)
    }
    if (topics.length > 0) emit(topics)
  }

  const schedule = (): void => {
    if (timer !== null || waiting.size === 0) return
    const nextMs = Math.min(...[...waiting].map((topic) => (lastMs.get(topic) ?? -Infinity) + intervalMs))
    timer = setTimeout(
      () => {
        timer = null
        const nowMs = performance.now()
        release(
          [...waiting].filter((topic) => isDue(topic, nowMs)),
          nowMs,
        )
        schedule()
      },
      Math.max(1, nextMs - performance.now()),
    )
    timer.unref()
  }

  return {
    add: (topics) => {
      const nowMs = performance.now()
      for (const topic of topics) waiting.add(topic)
      release(
        [...waiting].filter((topic) => isDue(topic, nowMs)),
        nowMs,
      )
      schedule()
    },
    flush: () => {
      if (timer !== null) clearTimeout(timer)
      timer = null
      release([...waiting], performance.now())
    },
  }
}
