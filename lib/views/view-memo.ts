import 'server-only'
import { singleton } from '#lib/config/singleton.ts'
import { subscribe } from '#lib/live/bus.ts'
import { touchesTopics } from './live-message.ts'

/** An answer lives this long when no event ends it: what changes by time alone (a reading growing old) is then seen as well. */
const LIFE_MS = 5_000
/** Bounds what odd parameters can hold in memory. */
const MOST_ENTRIES = 500

interface Entry {
  readonly topics: readonly string[]
  readonly answer: Promise<unknown>
  readonly untilMs: number
}

/** Answers shared among readers of one process. */
export interface ViewMemo {
  /** The answer of `key`, made by `make` unless a fresh one is there or under way. A failure is never kept. */
  share<T>(key: string, topics: readonly string[], make: () => Promise<T>): Promise<T>
  /** Forgets the answers of these topics; all of them for `null`. */
  forget(topics: readonly string[] | null): void
}

/** `nowMs` is a clock that nobody sets: a wall clock that is put back would make an answer live for as long. */
export function createViewMemo(nowMs: () => number = () => performance.now()): ViewMemo {
  const entries = new Map<string, Entry>()
  return {
    share: async <T>(key: string, topics: readonly string[], make: () => Promise<T>) => {
      const held = entries.get(key)
      // A key names the view and its parameters, so what is held under it has this view's type.
      if (held !== undefined && held.untilMs > nowMs()) return (await held.answer) as T
      const answer = make()
      const entry = { topics, answer, untilMs: nowMs() + LIFE_MS }
      entries.delete(key)
      entries.set(key, entry)
      const oldest = entries.keys().next()
      if (entries.size > MOST_ENTRIES && oldest.done !== true) entries.delete(oldest.value)
      try {
        return await answer
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key)
        throw error
      }
    },
    forget: (topics) => {
      for (const [key, entry] of entries)
        if (topics === null || touchesTopics(entry.topics, topics)) entries.delete(key)
    },
  }
}

/** The process's memo, which listens to the live events. */
export function viewMemo(): ViewMemo {
  return singleton('view-memo', () => {
    const memo = createViewMemo()
    subscribe((event) => memo.forget('topics' in event ? event.topics : null))
    return memo
  })
}
