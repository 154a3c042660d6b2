/** Lets a view be fetched again at most once in `leastMs`, one fetch at a time, and never loses the last request. */
export interface RefetchGate {
  /** Something has changed: fetch now, or as soon as allowed. */
  ask(): void
  stop(): void
}

export function createRefetchGate(refetch: () => Promise<unknown>, leastMs = 500): RefetchGate {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isBusy = false
  let isWanted = false
  let hasStopped = false
  const run = (): void => {
    isWanted = false
    isBusy = true
    const pause = new Promise((resolve) => {
      timer = setTimeout(resolve, leastMs)
    })
    void Promise.allSettled([refetch(), pause]).then(() => {
      isBusy = false
      if (isWanted && !hasStopped) run()
    })
  }
  return {
    ask: () => {
      isWanted = true
      if (!isBusy && !hasStopped) run()
    },
    stop: () => {
      hasStopped = true
      clearTimeout(timer)
    },
  }
}
