import type { Sample } from '#lib/domain/sample.ts'
import { seriesOf } from '#lib/domain/sample.ts'
import { SourceError, type PollContext } from './define-source.ts'
import type { SentryGap, SentryProgress, SentryRange } from './sentry-cursor.ts'
import type { SentryProject } from './sentry-projects.ts'
import { getErrorCounts, type SentryCounts, type SentryWindow } from './sentry-timeseries.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Asked again at every reading, since events arrive late. */
const OVERLAP_MS = 5 * MINUTE_MS

export type SentryRead =
  | {
      readonly kind: 'told'
      readonly slug: string
      readonly samples: readonly Sample[]
      readonly progress: SentryProgress
      /** History that has to be fetched; null for none. */
      readonly range: SentryRange | null
    }
  | { readonly kind: 'failed'; readonly slug: string; readonly failure: SentryGap }

/** The newest minutes of one project; only those that are final, and of those only new or changed counts. */
export async function readLiveErrors(
  context: PollContext,
  project: SentryProject,
  progress: SentryProgress | null,
): Promise<SentryRead> {
  const nowMs = context.nowMs()
  // On the hour, so that the hours of the history end where the minutes begin.
  const floorMs = floorTo(nowMs - (progress === null ? HOUR_MS : DAY_MS), HOUR_MS)
  const fromMs = progress === null ? floorMs : Math.max(floorMs, floorTo(progress.nextMs - OVERLAP_MS, MINUTE_MS))
  const toMs = floorTo(nowMs, MINUTE_MS)
  try {
    const counts = await getErrorCounts(context, project, { fromMs, toMs, bucketSeconds: 60 })
    const recent = progress?.recent ?? {}
    const fresh = counts.buckets.filter(({ atMs, count }) => recent[atMs] !== count)
    return {
      kind: 'told',
      slug: project.slug,
      samples: samplesOf(context, project.slug, fresh),
      progress: progressOf(counts, Math.max(progress?.nextMs ?? 0, counts.finalToMs)),
      range: historyBefore(context, { project, fromMs, toldToMs: progress?.nextMs ?? null }),
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { kind: 'failed', slug: project.slug, failure: { reason: error.reason, message: error.message } }
  }
}

/** One project's stretch of history: hours, and at its older edge the minutes of an hour that was begun. */
export async function readPastErrors(
  context: PollContext,
  range: SentryRange,
): Promise<{ readonly samples: readonly Sample[]; readonly range: SentryRange }> {
  const hourMs = Math.ceil(range.fromMs / HOUR_MS) * HOUR_MS
  const window: SentryWindow =
    range.toMs > hourMs
      ? { fromMs: hourMs, toMs: range.toMs, bucketSeconds: 3_600 }
      : { fromMs: range.fromMs, toMs: range.toMs, bucketSeconds: 60 }
  const counts = await getErrorCounts(context, range, window)
  if (counts.finalToMs < window.toMs) {
    throw new SourceError('invalid-answer', `Sentry is still filling the history of ${range.slug}.`)
  }
  return {
    samples: samplesOf(context, range.slug, counts.buckets),
    range: { id: range.id, slug: range.slug, fromMs: range.fromMs, toMs: window.fromMs },
  }
}

function samplesOf(context: PollContext, slug: string, buckets: SentryCounts['buckets']): readonly Sample[] {
  const series = seriesOf.sentryErrors(slug, context.settings.sources.sentry.environment)
  return buckets.map(({ atMs, count }) => ({ series, atMs, value: count }))
}

function progressOf(counts: SentryCounts, nextMs: number): SentryProgress {
  const kept = counts.buckets.filter(({ atMs }) => atMs >= nextMs - OVERLAP_MS - MINUTE_MS)
  return { nextMs, recent: Object.fromEntries(kept.map(({ atMs, count }) => [atMs, count])) }
}

function historyBefore(
  context: PollContext,
  { project, fromMs, toldToMs }: { project: SentryProject; fromMs: number; toldToMs: number | null },
): SentryRange | null {
  const days = context.settings.sources.sentry.backfillDays
  const wantedMs = Math.ceil((context.nowMs() - days * DAY_MS) / HOUR_MS) * HOUR_MS
  const startMs = Math.max(wantedMs, toldToMs ?? wantedMs)
  return startMs < fromMs ? { id: project.id, slug: project.slug, fromMs: startMs, toMs: fromMs } : null
}

function floorTo(atMs: number, stepMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs
}
