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
  /** Start of a gap that is still open on what was read; null without one. */
  readonly openGapMs: number | null
}

export type Freshness =
  | { readonly isFresh: true }
  /** `sinceMs`: time of the last good reading; null when there never was one. */
  | { readonly isFresh: false; readonly sinceMs: number | null }

/** Whether a reading still tells the present. An open gap makes it old at once, unless something was read after the gap began. */
export function freshnessOf(reading: LastReading, nowMs: number): Freshness {
  const { asOfMs, openGapMs } = reading
  if (asOfMs === null) return { isFresh: false, sinceMs: null }
  const isInGap = openGapMs !== null && asOfMs <= openGapMs
  const isOld = nowMs - asOfMs > staleAfterMs(reading.everySeconds)
  return isInGap || isOld ? { isFresh: false, sinceMs: asOfMs } : { isFresh: true }
}
