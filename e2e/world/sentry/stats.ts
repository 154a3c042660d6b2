import type { SentryEvent, SentryStore } from './event-store.ts'
import { SentryApiError } from './api-error.ts'
import { bucketStarts, parseInterval, parseWindow } from './periods.ts'
import type { Window } from './periods.ts'
import { findProject } from './projects.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const GROUPS = ['outcome', 'reason', 'category', 'project']

export interface StatsRequest {
  readonly store: SentryStore
  readonly query: URLSearchParams
  readonly nowMs: number
}

/** `stats_v2`: what became of the events that arrived. One hour is its finest step, and grouping by project gives totals without a series. */
export function answerStatsV2({ nowMs, query, store }: StatsRequest): object {
  const groupBy = query.getAll('groupBy')
  const field = query.get('field')
  if (field !== 'sum(quantity)' && field !== 'sum(times_seen)')
    throw new SentryApiError(400, 'Missing or invalid "field" parameter')
  if (groupBy.length === 0) throw new SentryApiError(400, 'At least one groupBy is required')
  const unknown = groupBy.find((name) => !GROUPS.includes(name))
  if (unknown !== undefined) throw new SentryApiError(400, `Invalid groupBy: ${unknown}`)
  const window = parseWindow(query, nowMs)
  const intervalMs = parseInterval(query, window, HOUR_MS)
  const starts = bucketStarts(window, intervalMs)
  const groups = new Map<string, { by: Record<string, string | number>; counts: number[] }>()
  const wanted = store.listEvents({
    fromMs: starts[0] ?? window.fromMs,
    toMs: window.toMs,
    projectIds: projectIds(query),
  })
  const outcomes = query.getAll('outcome')
  for (const event of wanted) {
    if (outcomes.length > 0 && !outcomes.includes(event.outcome)) continue
    const by = Object.fromEntries(groupBy.map((name) => [name, groupValue(event, name)]))
    const key = JSON.stringify(by)
    const group = groups.get(key) ?? { by, counts: starts.map(() => 0) }
    const index = Math.floor((event.atMs - (starts[0] ?? 0)) / intervalMs)
    group.counts[index] = (group.counts[index] ?? 0) + 1
    groups.set(key, group)
  }
  const hasSeries = !groupBy.includes('project')
  return {
    start: isoSeconds(starts[0] ?? window.fromMs),
    end: isoSeconds(window.toMs),
    intervals: hasSeries ? starts.map(isoSeconds) : [],
    groups: [...groups.values()].map(({ by, counts }) => ({
      by,
      totals: { [field]: counts.reduce((sum, count) => sum + count, 0) },
      series: hasSeries ? { [field]: counts } : {},
    })),
  }
}

/** `events-timeseries` of the errors dataset: counts per bucket, with `incomplete` on buckets that Sentry is still filling. */
export function answerEventsTimeseries({
  ingestDelayMs,
  nowMs,
  query,
  store,
}: StatsRequest & { ingestDelayMs: number }): object {
  if (query.get('dataset') !== 'errors') throw new SentryApiError(400, 'This sandbox keeps errors only: dataset=errors')
  if ((query.get('yAxis') ?? 'count()') !== 'count()')
    throw new SentryApiError(400, 'This sandbox counts only: yAxis=count()')
  const window = parseWindow(query, nowMs)
  const intervalMs = parseInterval(query, window, MINUTE_MS)
  const starts = bucketStarts(window, intervalMs)
  const events = store
    .listEvents({
      fromMs: starts[0] ?? window.fromMs,
      toMs: window.toMs,
      projectIds: projectIds(query),
      environments: query.getAll('environment'),
    })
    .filter((event) => event.outcome === 'accepted')
  const groupBy = query.getAll('groupBy')
  const series =
    groupBy.length === 0
      ? [{ groupBy: null, events }]
      : groupEvents(events, groupBy, Number(query.get('topEvents') ?? 5))
  return {
    timeSeries: series.map((entry, order) => ({
      yAxis: 'count()',
      groupBy: entry.groupBy,
      values: countBuckets(entry.events, starts, intervalMs).map((value, index) => {
        const timestamp = starts[index] ?? 0
        const isIncomplete = timestamp + intervalMs > nowMs - ingestDelayMs
        return {
          timestamp,
          value,
          incomplete: isIncomplete,
          ...(isIncomplete ? { incompleteReason: 'INCOMPLETE_BUCKET' } : {}),
        }
      }),
      meta: {
        interval: intervalMs,
        valueType: 'integer',
        valueUnit: null,
        ...(groupBy.length > 0 ? { order, isOther: false } : {}),
      },
    })),
    meta: { dataset: 'errors', ...windowMeta(window) },
  }
}

function groupEvents(events: readonly SentryEvent[], groupBy: readonly string[], top: number) {
  if (!Number.isInteger(top) || top < 1 || top > 10) throw new SentryApiError(400, 'topEvents must be between 1 and 10')
  const groups = new Map<string, { groupBy: { key: string; value: string }[]; events: SentryEvent[] }>()
  for (const event of events) {
    const by = groupBy.map((key) => ({ key, value: groupFieldValue(event, key) }))
    const name = JSON.stringify(by)
    const group = groups.get(name) ?? { groupBy: by, events: [] }
    group.events.push(event)
    groups.set(name, group)
  }
  return [...groups.values()].toSorted((a, b) => b.events.length - a.events.length).slice(0, top)
}

function groupFieldValue(event: SentryEvent, field: string): string {
  if (field === 'project' || field === 'project.name') return findProject(event.projectId)?.slug ?? event.projectId
  if (field === 'environment') return event.environment
  if (field === 'release') return event.release ?? ''
  if (field === 'title') return event.title
  throw new SentryApiError(400, `Invalid groupBy: ${field}`)
}

function countBuckets(events: readonly SentryEvent[], starts: readonly number[], intervalMs: number): number[] {
  const counts = starts.map(() => 0)
  for (const event of events) {
    const index = Math.floor((event.atMs - (starts[0] ?? 0)) / intervalMs)
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

function groupValue(event: SentryEvent, name: string): string | number {
  if (name === 'outcome') return event.outcome
  if (name === 'project') return Number(event.projectId)
  if (name === 'category') return 'error'
  return event.outcome === 'accepted' ? '' : event.outcome
}

/** `project` may be an id, a slug or -1 for all; an unknown one is refused, as Sentry does. */
export function projectIds(query: URLSearchParams): string[] {
  return query
    .getAll('project')
    .filter((value) => value !== '-1')
    .map((value) => {
      const project = findProject(value)
      if (project === undefined) throw new SentryApiError(403, 'You do not have permission to perform this action.')
      return project.id
    })
}

function windowMeta(window: Window): { start: number; end: number } {
  return { start: window.fromMs, end: window.toMs }
}

function isoSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}
