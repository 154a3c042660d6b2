import { formatMoment } from '#components/ui/zoned-time.ts'
import type { Headline } from '#lib/views/shared.ts'
import type { ViewLoss } from '#lib/views/view-loss.ts'

/** The sentence to show: the data's own, unless the server is slow, lost or in trouble; what was good then is not known to be good now. */
export function shownHeadline(headline: Headline, loss: ViewLoss | null, moment: string): Headline {
  return loss === null ? headline : lossHeadline('This page', loss.kind, moment)
}

/**
 * What is said instead of the last known sentence. `who` is not shown the present one, e.g. `This page`; `moment` is what `lossMoment` says of the
 * loss.
 */
export function lossHeadline(who: string, kind: ViewLoss['kind'], moment: string): Headline {
  const since = sinceMoment(moment)
  const known = 'the last known state is shown'
  const told: Readonly<Record<ViewLoss['kind'], readonly [text: string, short: string]>> = {
    slow: [
      `Spillway answers slowly; its last answer${moment === '' ? '' : `, of ${moment},`} is shown.`,
      'answers slowly',
    ],
    lost: [`${who} cannot reach Spillway${since}; ${known}.`, `not reached${since}`],
    store: [`Spillway cannot read its store${since}; ${known}.`, `store not read${since}`],
    failed: [`Spillway has failed to refresh this page${since}; ${known}.`, `not known${since}`],
    refused: [`Spillway does not show this to you any more${since}; sign in again, or ask an admin.`, 'not shown'],
  }
  const [text, short] = told[kind]
  return { truth: 'unknown', text, short }
}

/** When a loss began, or of when the last answer of a slow server is, with the date where that is not today; empty where nothing is lost. */
export function lossMoment(loss: ViewLoss | null, timeZone: string, nowMs: number): string {
  if (loss === null || loss.sinceMs === null) return ''
  return formatMoment(loss.sinceMs, timeZone, nowMs, loss.kind === 'slow')
}

/** ` since 14:21`; nothing where the moment is not known. */
export function sinceMoment(moment: string): string {
  return moment === '' ? '' : ` since ${moment}`
}
