import 'server-only'
import { seriesOf } from '#lib/domain/sample.ts'
import { isOutOfSight } from '#lib/domain/source-sight-state.ts'
import { projectsOf, serviceTruth } from '#lib/domain/service-truth.ts'
import { sumPoints } from '#lib/store/samples.ts'
import { loadServiceHistory } from '#lib/store/service-history.ts'
import type { ServiceStage } from './overview/contract.ts'
import type { ViewContext } from './read-view.ts'
import type { SourceStatus } from './shared.ts'
import { statusOf, unseenSinceMs, type Sight } from './source-statuses.ts'

const HOUR_MS = 3_600_000

/** The services of the flow by name, judged by Sentry. */
export async function loadServices(context: ViewContext, sight: Sight): Promise<Map<string, ServiceStage>> {
  const { tx, nowMs, settings } = context
  const status = statusOf(sight.statuses, 'sentry')
  const seriesFor = (project: string): string => seriesOf.sentryErrors(project, settings.sources.sentry.environment)
  const projects = projectsOf(settings.flow)
  const series = [...new Set(projects.values())].flatMap((project) => (project === null ? [] : [seriesFor(project)]))
  const toMs = isOutOfSight(status.state) && status.lastOkMs !== null ? status.lastOkMs : nowMs
  const [errors, histories] = await Promise.all([
    sumPoints(tx, { series, fromMs: toMs - HOUR_MS, toMs }),
    loadServiceHistory(tx, series, toMs - HOUR_MS),
  ])
  const stageOf = (name: string, project: string | null): ServiceStage => {
    const line = project === null ? '' : seriesFor(project)
    const told = errors.get(line) ?? null
    const history = histories.get(line)
    const unseenMs = project === null ? null : unseenSinceMs(sight, 'sentry', project)
    const verdict = serviceTruth({
      source: stateFor(project, status),
      unseenSinceMs: unseenMs,
      project,
      hasEverSent: history?.hasEverSent === true || (told ?? 0) > 0,
      errors: told,
      usualErrors: history?.usualErrors ?? null,
    })
    return {
      kind: 'service',
      name,
      ...verdict,
      errors: told,
      asOfMs: told === null ? null : status.lastOkMs,
      unknownSinceMs: unseenMs,
      isWatched: project !== null,
    }
  }
  return new Map([...projects].map(([name, project]) => [name, stageOf(name, project)]))
}

/** A project that Sentry denies is not seen while the others are. */
function stateFor(project: string | null, { state, parts }: SourceStatus): SourceStatus['state'] {
  const isPartly = state === 'failing' && parts.length > 0
  return isPartly && (project === null || !parts.includes(project)) ? 'ok' : state
}
