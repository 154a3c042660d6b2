/** The server's clock as this page knows it: the server's time at rendering, carried on by the local one. */
export interface ServerClock {
  /** Epoch ms on the server's clock. */
  nowMs(): number
  /** Calls back on each new second of the server's clock; returns how to stop. */
  subscribe(onTick: () => void): () => void
  /** Takes a newer word of the server. Travel makes such a word late, so it only moves the clock back when far off. */
  correct(serverMs: number): void
}

const FAR_OFF_MS = 60_000

/** A clock that starts at `renderedMs`; `readMs` is the local clock and is only trusted for what elapsed. */
export function createServerClock(renderedMs: number, readMs: () => number = Date.now): ServerClock {
  let offsetMs = renderedMs - readMs()
  const listeners = new Set<() => void>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const nowMs = (): number => readMs() + offsetMs
  const tick = (): void => {
    timer = listeners.size === 0 ? undefined : setTimeout(tick, 1000 - (Math.floor(nowMs()) % 1000))
    for (const listener of listeners) listener()
  }
  return {
    nowMs,
    subscribe(onTick) {
      listeners.add(onTick)
      timer ??= setTimeout(tick, 1000 - (Math.floor(nowMs()) % 1000))
      return () => {
        listeners.delete(onTick)
        if (listeners.size > 0) return
        clearTimeout(timer)
        timer = undefined
      }
    },
    correct(serverMs) {
      const aheadMs = serverMs - nowMs()
      if (aheadMs > 0 || aheadMs < -FAR_OFF_MS) offsetMs += aheadMs
    },
  }
}
