import { setTimeout as pause } from 'node:timers/promises'

const EVERY_MS = 250

/** What somebody who never looks away saw. */
export interface Observation {
  /** Ends it and gives what must not have been seen, each once. */
  stop(): Promise<string[]>
}

/** Looks again and again until stopped. `look` returns what must not be; what it throws is among it. */
export function observe(look: () => Promise<readonly string[]>): Observation {
  const seen = new Set<string>()
  const stopping = new AbortController()
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      try {
        for (const wrong of await look()) seen.add(wrong)
      } catch (error) {
        seen.add(String(error))
      }
      await pause(EVERY_MS)
    }
  })()
  return {
    stop: async () => {
      stopping.abort()
      await looking
      return [...seen]
    },
  }
}
