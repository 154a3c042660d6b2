import 'server-only'
import { counted } from '#lib/domain/count-words.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { fromToWords } from '#lib/domain/when-words.ts'
import { sumPoints } from '#lib/store/samples.ts'
import type { ViewContext } from './read-view.ts'

/** A message is tried several times before it is dead. */
const TRIED_MS = 15 * 60_000

/** Errors that Sentry counted of the service that reads the queue while messages were sent and tried; null where that is not known. */
export async function loadErrorWords(
  { tx, nowMs, timeZone, settings }: ViewContext,
  queue: string,
  sent: { readonly fromMs: number | null; readonly toMs: number | null },
): Promise<string | null> {
  const stage = settings.flow.find((each) => each.queue === queue)
  if (stage?.sentryProject === undefined || sent.fromMs === null || sent.toMs === null) return null
  const series = seriesOf.sentryErrors(stage.sentryProject, settings.sources.sentry.environment)
  const toMs = Math.min(nowMs, sent.toMs + TRIED_MS)
  const errors = (await sumPoints(tx, { series: [series], fromMs: sent.fromMs, toMs })).get(series)
  if (errors === undefined) return null
  const when = fromToWords(sent.fromMs, toMs, nowMs, timeZone)
  return `${stage.service ?? stage.sentryProject}: ${counted(errors, 'error')} in Sentry ${when}, while they were sent and tried.`
}
