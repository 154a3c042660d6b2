/** A long poll (a beat of 0) follows at once and lasts at most this long when nothing comes. */
const LONG_POLL_SECONDS = 20

/** How old a reading may be before what it tells is unknown: two intervals of its source. Milliseconds. */
export function staleAfterMs(everySeconds: number): number {
  return 2 * (everySeconds === 0 ? LONG_POLL_SECONDS : everySeconds) * 1000
}

export interface LastReading {
  /** When the last good reading was made; null when there never was one. */
  readonly asOfMs: number | null
  readonly everySeconds: number
  /** A gap is open on what was read, or on the whole source. */
  readonly hasOpenGap: boolean
}

export type Freshness =
  | { readonly isFresh: true }
  /** `sinceMs`: time of the last good reading; null when there never was one. */
  | { readonly isFresh: false; readonly sinceMs: number | null }

/** Whether a reading still tells the present. An open gap makes it old at once: something was asked after it, and did not answer. */
export function freshnessOf({ asOfMs, everySeconds, hasOpenGap }: LastReading, nowMs: number): Freshness {
  if (asOfMs === null) return { isFresh: false, sinceMs: null }
  const isOld = nowMs - asOfMs > staleAfterMs(everySeconds)
  return hasOpenGap || isOld ? { isFresh: false, sinceMs: asOfMs } : { isFresh: true }
}
