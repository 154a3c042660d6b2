import { SentryApiError } from './api-error.ts'

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, '': 1 }
/** Sentry refuses longer series. */
const MOST_POINTS = 10_000

export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** `90d`, `1h`, `300s`, or digits alone, which are seconds. */
export function parsePeriodMs(text: string, name: string): number {
  const match = /^(\d+)([smhdw]?)$/.exec(text)
  const amount = Number(match?.[1])
  const unit = UNIT_SECONDS[match?.[2] ?? '']
  if (match === null || unit === undefined || amount === 0) throw new SentryApiError(400, `Invalid ${name}: ${text}`)
  return amount * unit * 1000
}

/** The window of `start` and `end`, else of `statsPeriod`, which ends now; 90 days without either. */
export function parseWindow(query: URLSearchParams, nowMs: number): Window {
  const start = query.get('start')
  const end = query.get('end')
  if (start === null && end === null) {
    return { fromMs: nowMs - parsePeriodMs(query.get('statsPeriod') ?? '90d', 'statsPeriod'), toMs: nowMs }
  }
  if (start === null || end === null) throw new SentryApiError(400, 'start and end are both required')
  const window = { fromMs: parseMoment(start), toMs: parseMoment(end) }
  if (window.fromMs >= window.toMs) throw new SentryApiError(400, 'start must be before end')
  return window
}

/** Bucket width, refused where it would make too many points. */
export function parseInterval(query: URLSearchParams, window: Window, leastMs: number): number {
  const intervalMs = parsePeriodMs(query.get('interval') ?? '1h', 'interval')
  if (intervalMs < leastMs) throw new SentryApiError(400, `interval must be at least ${leastMs / 1000} seconds`)
  if ((window.toMs - window.fromMs) / intervalMs > MOST_POINTS) {
    throw new SentryApiError(
      400,
      'Your interval and date range would create too many results. Use a larger interval, or a smaller date range.',
    )
  }
  return intervalMs
}

/** Starts of the buckets that cover the window, aligned to the interval. */
export function bucketStarts(window: Window, intervalMs: number): number[] {
  const starts: number[] = []
  for (let at = Math.floor(window.fromMs / intervalMs) * intervalMs; at < window.toMs; at += intervalMs) starts.push(at)
  return starts
}

/** Sentry reads a time without a zone as UTC. */
function parseMoment(text: string): number {
  const atMs = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`)
  if (Number.isNaN(atMs)) throw new SentryApiError(400, `Invalid date: ${text}`)
  return atMs
}
