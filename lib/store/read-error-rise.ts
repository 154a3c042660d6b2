import 'server-only'
import type { Settings } from '#lib/config/settings.ts'
import type { ErrorCount } from '#lib/domain/redrive-guard.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import type { Tx } from './db.ts'
import { listPoints } from './samples.ts'

const MINUTE_MS = 60_000
/** So long the service is looked back at from when on a run is judged. */
const BEFORE_MINUTES = 60
/** The latest minutes of a run that are judged together. */
const SINCE_MINUTES = 5

/** Errors of the service that reads a queue: before a moment and lately since then, in the minutes that Sentry told. */
export interface ServiceErrors {
  readonly service: string
  readonly before: ErrorCount
  readonly since: ErrorCount
}

/** Null where no service with a project in Sentry is said to read the queue. */
export async function readErrorRise(
  tx: Tx,
  { flow, sources }: Pick<Settings, 'flow' | 'sources'>,
  { queue, sinceMs, nowMs }: { readonly queue: string; readonly sinceMs: number; readonly nowMs: number },
): Promise<ServiceErrors | null> {
  const stage = flow.find((each) => each.queue === queue)
  if (stage?.sentryProject === undefined) return null
  const series = seriesOf.sentryErrors(stage.sentryProject, sources.sentry.environment)
  // The minute in which it began has errors of both.
  const beganMs = Math.floor(sinceMs / MINUTE_MS) * MINUTE_MS
  const points = await listPoints(tx, {
    series,
    fromMs: beganMs - BEFORE_MINUTES * MINUTE_MS,
    toMs: nowMs,
    bucketSeconds: 60,
    fold: 'last',
  })
  const before = points.filter(({ atMs }) => atMs < beganMs)
  const since = points.filter(({ atMs }) => atMs > beganMs).slice(-SINCE_MINUTES)
  return { service: stage.service ?? stage.sentryProject, before: countOf(before), since: countOf(since) }
}

function countOf(points: readonly { readonly value: number }[]): ErrorCount {
  return { errors: points.reduce((sum, { value }) => sum + value, 0), minutes: points.length }
}
