import 'server-only'
import type { FlowStage } from '#lib/config/settings.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { serviceTruth } from '#lib/domain/service-truth.ts'
import { listEverNonZero, getFirstSamples } from '#lib/store/read-first-sample.ts'
import { sumPoints } from '#lib/store/samples.ts'
import type { ServiceStage } from './overview/contract.ts'
import type { ViewContext } from './read-view.ts'
import { statusOf, type Sight } from './source-statuses.ts'

const HOUR_MS = 3_600_000
/** An usual hour is the mean of this many days before the last hour; with less than one of them, nothing is usual. */
const USUAL_DAYS = 7

/** The services of the flow by name, judged by Sentry, with four questions to the store. */
export async function loadServices(context: ViewContext, sight: Sight): Promise<Map<string, ServiceStage>> {
  const { tx, nowMs, settings } = context
  const status = statusOf(sight.statuses, 'sentry')
  const stages = settings.flow.filter((stage) => stage.service !== undefined)
  const { environment } = settings.sources.sentry
  const seriesFor = (project: string): string => seriesOf.sentryErrors(project, environment)
  const series = [
    ...new Set(stages.flatMap(({ sentryProject }) => (sentryProject === undefined ? [] : [seriesFor(sentryProject)]))),
  ]
  const toMs = status.state === 'failing' && status.lastOkMs !== null ? status.lastOkMs : nowMs
  const fromMs = toMs - HOUR_MS
  const [errors, before, first, everSent] = await Promise.all([
    sumPoints(tx, { series, fromMs, toMs }),
    sumPoints(tx, { series, fromMs: fromMs - USUAL_DAYS * 24 * HOUR_MS, toMs: fromMs }),
    getFirstSamples(tx, series),
    listEverNonZero(tx, series),
  ])
  const usual = (name: string): number | null => {
    const hours = Math.min(USUAL_DAYS * 24, (fromMs - (first.get(name) ?? fromMs)) / HOUR_MS)
    return hours < 24 ? null : (before.get(name) ?? 0) / hours
  }
  const stageOf = ({ service = '', sentryProject }: FlowStage): [string, ServiceStage] => {
    const name = sentryProject === undefined ? '' : seriesFor(sentryProject)
    const isPartLost = sentryProject !== undefined && status.parts.includes(sentryProject)
    const isWholeLost = status.state !== 'failing' || status.parts.length === 0
    const verdict = serviceTruth({
      source: isWholeLost || isPartLost ? status.state : 'ok',
      unseenSinceMs: status.sinceMs,
      project: sentryProject ?? null,
      hasEverSent: everSent.has(name),
      errors: errors.get(name) ?? null,
      usualErrors: usual(name),
    })
    return [
      service,
      {
        kind: 'service',
        name: service,
        ...verdict,
        errors: errors.get(name) ?? null,
        asOfMs: errors.has(name) ? status.lastOkMs : null,
      },
    ]
  }
  return new Map(stages.map(stageOf))
}
