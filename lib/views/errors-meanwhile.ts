import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { issuesLink } from '#lib/domain/sentry-links.ts'
import { fromToWords } from '#lib/domain/when-words.ts'
import { sumPoints } from '#lib/store/samples.ts'
import type { ViewContext } from './read-view.ts'

/** A message is tried several times before it is dead. */
const TRIED_MS = 15 * 60_000

/** What Sentry counted of the service that reads a queue. */
export interface ErrorsMeanwhile {
  readonly words: string
  /** Its issues of that time; null where Sentry is not connected. */
  readonly href: string | null
}

/** Errors that Sentry counted of the service that reads the queue while messages were sent and tried; null where that is not known. */
export async function loadErrorsMeanwhile(
  { tx, nowMs, timeZone, settings, env }: ViewContext,
  queue: string,
  sent: { readonly fromMs: number | null; readonly toMs: number | null },
): Promise<ErrorsMeanwhile | null> {
  const stage = settings.flow.find((each) => each.queue === queue)
  if (stage?.sentryProject === undefined || sent.fromMs === null || sent.toMs === null) return null
  const { environment } = settings.sources.sentry
  const series = seriesOf.sentryErrors(stage.sentryProject, environment)
  const range = { fromMs: sent.fromMs, toMs: Math.min(nowMs, sent.toMs + TRIED_MS) }
  const errors = (await sumPoints(tx, { series: [series], ...range })).get(series)
  if (errors === undefined) return null
  const when = fromToWords(range.fromMs, range.toMs, nowMs, timeZone)
  const { SENTRY_URL: url, SENTRY_ORG: org } = env
  return {
    words: `${stage.service ?? stage.sentryProject}: ${counted(errors, 'error')} in Sentry ${when}, while they were sent and tried.`,
    href: org === undefined ? null : issuesLink({ url, org }, { project: stage.sentryProject, environment, ...range }),
  }
}
