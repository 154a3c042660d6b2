import type { CallCount } from '#lib/store/api-calls.ts'

/** Upstream calls that are made but not stored yet. */
export interface CallTally {
  add(service: string, operation: string): void
  /** Hands over what was counted and starts anew. */
  take(): readonly CallCount[]
  /** Takes back what could not be stored. */
  putBack(calls: readonly CallCount[]): void
}

export function createCallTally(): CallTally {
  const counts = new Map<string, CallCount>()
  const put = ({ service, operation, count }: CallCount): void => {
    const key = `${service} ${operation}`
    counts.set(key, { service, operation, count: count + (counts.get(key)?.count ?? 0) })
  }
  return {
    add: (service, operation) => put({ service, operation, count: 1 }),
    take: () => {
      const taken = [...counts.values()]
      counts.clear()
      return taken
    },
    putBack: (calls) => calls.forEach(put),
  }
}
