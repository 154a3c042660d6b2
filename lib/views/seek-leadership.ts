/** The name of the lock that only one tab of a browser holds. */
const LOCK_NAME = 'spillway-live'

export type Locks = Pick<LockManager, 'request'>

export interface Leadership {
  isLeader(): boolean
  /** Takes the place of a leader that no longer speaks. */
  take(): void
  leave(): void
}

/**
 * Waits for the lock that only one tab holds; `begin` starts leading and returns how to end it. A lock taken by another tab ends it,
 * and the wait starts anew.
 */
export function seekLeadership(locks: Locks, begin: () => () => void): Leadership {
  let end: (() => void) | null = null
  let release: (() => void) | null = null
  let hasLeft = false
  let waiting = new AbortController()
  const stepDown = (): void => {
    end?.()
    end = null
    release = null
  }
  const lead = (): Promise<void> => {
    if (hasLeft) return Promise.resolve()
    end = begin()
    return new Promise((resolve) => {
      release = resolve
    })
  }
  const seek = (options: LockOptions): void => {
    locks.request(LOCK_NAME, options, lead).then(stepDown, () => {
      // Rejected: either the wait was given up below, or another tab took the lock from this one.
      if (options.signal?.aborted === true) return
      stepDown()
      if (!hasLeft) wait()
    })
  }
  const wait = (): void => {
    waiting = new AbortController()
    seek({ signal: waiting.signal })
  }
  wait()
  return {
    isLeader: () => end !== null,
    take: () => {
      waiting.abort()
      seek({ steal: true })
    },
    leave: () => {
      hasLeft = true
      waiting.abort()
      const done = release
      stepDown()
      done?.()
    },
  }
}
