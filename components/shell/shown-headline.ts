import { formatMoment } from '#components/ui/zoned-time.ts'
import type { Headline } from '#lib/views/shared.ts'
import type { ViewLoss } from '#lib/views/view-loss.ts'

interface Reading {
  readonly nowMs: number
  readonly timeZone: string
}

/** The sentence to show: the data's own, unless the server is slow, lost or in trouble; what was good then is not known to be good now. */
export function shownHeadline(headline: Headline, loss: ViewLoss | null, reading: Reading): Headline {
  return loss === null ? headline : lossHeadline('This page', loss, reading)
}

/** What is said instead of the last known sentence. `who` is not shown the present one, e.g. `This page`. */
export function lossHeadline(who: string, { kind, sinceMs }: ViewLoss, { nowMs, timeZone }: Reading): Headline {
  const moment = sinceMs === null ? null : formatMoment(sinceMs, timeZone, nowMs, kind === 'slow')
  const since = moment === null ? '' : ` since ${moment}`
  const known = 'the last known state is shown'
  const told: Readonly<Record<ViewLoss['kind'], readonly [text: string, short: string]>> = {
    slow: [
      `Spillway answers slowly; its last answer${moment === null ? '' : `, of ${moment},`} is shown.`,
      'answers slowly',
    ],
    lost: [`${who} cannot reach Spillway${since}; ${known}.`, `not reached${since}`],
    store: [`Spillway cannot read its store${since}; ${known}.`, `store not read${since}`],
    failed: [`Spillway cannot make this page anew${since}; ${known}.`, `not known${since}`],
    refused: [`Spillway does not show this to you any more${since}; sign in again, or ask an admin.`, 'not shown'],
  }
  const [text, short] = told[kind]
  return { truth: 'unknown', text, short }
}
