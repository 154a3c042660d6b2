import { formatMoment } from '#components/ui/zoned-time.ts'
import type { Headline } from '#lib/views/shared.ts'
import type { ViewLoss } from '#lib/views/view-loss.ts'

interface Reading {
  readonly nowMs: number
  readonly timeZone: string
}

/** The sentence to show: the data's own, unless the server is slow or lost; what was good then is not known to be good now. */
export function shownHeadline(headline: Headline, loss: ViewLoss | null, reading: Reading): Headline {
  if (loss === null) return headline
  return loss.kind === 'slow' ? slowHeadline(loss, reading) : lostHeadline('This page', loss, reading)
}

/** A server that is there and takes its time. */
export function slowHeadline({ sinceMs }: ViewLoss, { nowMs, timeZone }: Reading): Headline {
  const last =
    sinceMs === null ? 'its last answer' : `its last answer, of ${formatMoment(sinceMs, timeZone, nowMs, true)},`
  return { truth: 'unknown', text: `Spillway answers slowly; ${last} is shown.`, short: 'answers slowly' }
}

/** A server of which nothing is heard. `who` cannot reach it, e.g. `This page`. */
export function lostHeadline(who: string, { sinceMs }: ViewLoss, { nowMs, timeZone }: Reading): Headline {
  const since = sinceMs === null ? '' : ` since ${formatMoment(sinceMs, timeZone, nowMs)}`
  return {
    truth: 'unknown',
    text: `${who} cannot reach Spillway${since}; the last known state is shown.`,
    short: `not reached${since}`,
  }
}
