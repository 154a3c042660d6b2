import { formatMoment } from '#components/ui/zoned-time.ts'
import type { Headline } from '#lib/views/shared.ts'

interface Freshness {
  readonly isStale: boolean
  /** Since when the server has not been heard; null while it is. */
  readonly staleSinceMs: number | null
}

interface Reading {
  readonly nowMs: number
  readonly timeZone: string
}

/** The sentence to show: the data's own, unless the server is lost; what was good then is not known to be good now. */
export function shownHeadline(headline: Headline, freshness: Freshness, { nowMs, timeZone }: Reading): Headline {
  if (!freshness.isStale) return headline
  const since = freshness.staleSinceMs === null ? '' : ` since ${formatMoment(freshness.staleSinceMs, timeZone, nowMs)}`
  return {
    truth: 'unknown',
    text: `This page cannot reach Spillway${since}; the last known state is shown.`,
    short: `not reached${since}`,
  }
}
