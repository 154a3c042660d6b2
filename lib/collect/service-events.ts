import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { Sample } from '#lib/domain/sample.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { LEAST_ERRORS, projectsOf } from '#lib/domain/service-truth.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import type { Tx } from '#lib/store/db.ts'
import { listPoints, sumPoints } from '#lib/store/samples.ts'
import { loadServiceHistory } from '#lib/store/service-history.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** What Sentry's newest counts, already stored, say of each service that they concern: its last hour against a usual one. */
export async function serviceEvents(
  tx: Tx,
  samples: readonly Sample[],
  { flow, sources }: Pick<Settings, 'flow' | 'sources'>,
): Promise<DetectEvent[]> {
  const told = new Set(samples.map(({ series }) => series))
  const watched = [...projectsOf(flow)].flatMap(([service, project]) =>
    project === null ? [] : [{ service, series: seriesOf.sentryErrors(project, sources.sentry.environment) }],
  )
  const lines = watched.filter(({ series }) => told.has(series))
  if (lines.length === 0) return []
  const toMs = Math.max(...samples.map(({ atMs }) => atMs)) + MINUTE_MS
  const hour = { fromMs: toMs - HOUR_MS, toMs }
  const sums = await sumPoints(tx, { series: lines.map(({ series }) => series), ...hour })
  const many = new Set(lines.map(({ series }) => series).filter((series) => (sums.get(series) ?? 0) >= LEAST_ERRORS))
  // Reading a week is dear, and few errors need no comparison. All are asked for, as pages do, so that one answer serves both.
  const all = [...new Set(watched.map(({ series }) => series))]
  const histories = many.size === 0 ? new Map<string, never>() : await loadServiceHistory(tx, all, hour.fromMs)
  const events: DetectEvent[] = []
  for (const { service, series } of lines)
    events.push({
      kind: 'errors',
      atMs: toMs,
      service,
      errors: sums.get(series) ?? 0,
      usualErrors: histories.get(series)?.usualErrors ?? null,
      firstMs: many.has(series) ? await firstError(tx, series, hour) : null,
    })
  return events
}

async function firstError(
  tx: Tx,
  series: string,
  hour: { readonly fromMs: number; readonly toMs: number },
): Promise<number | null> {
  const points = await listPoints(tx, { ...hour, series, bucketSeconds: 60, fold: 'sum' })
  return points.find(({ value }) => value > 0)?.atMs ?? null
}
