import { figure } from '#lib/domain/count-words.ts'
import type { Finding, Subject } from '#lib/domain/finding.ts'
import { defineDetector, type DetectEvent, type Examined } from './define-detector.ts'
import { ALARM_SCORE, NEW_METRIC, scorePoint, type Band, type MetricState } from './metric-scorer.ts'

type MetricEvent = Extract<DetectEvent, { kind: 'metric' }>

const DAY_MS = 86_400_000
/** Before so much is known of a series, everything would be news. */
const LEAST_POINTS = 500
const LEAST_MS = 2 * DAY_MS
/** So many readings in a row within what is usual are evidence that it is over. */
const CALM_POINTS = 10

interface Alarm {
  readonly sinceMs: number
  /** The reading that was most unlike the past, and what was expected of it. */
  readonly value: number
  readonly score: number
  readonly band: Band | null
  readonly calm: number
}

interface AnomalyState {
  readonly metric: MetricState
  /** First reading, epoch ms; null before it. */
  readonly firstMs: number | null
  readonly alarm: Alarm | null
}

/** Two digits after the point, as far as they tell anything. */
const rounded = (value: number): number => Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3))

const words = (value: number): string => (Math.abs(value) < 100 ? String(rounded(value)) : figure(value))

function titleOf({ label }: MetricEvent, { value, band }: Alarm): string {
  const told = `${label}: ${words(value)}`
  if (band === null || (value >= band.low && value <= band.high)) return `${told} is unlike what came before`
  return `${told}, where ${words(band.low)} to ${words(band.high)} is usual at this time`
}

function findingOf(subject: Subject, event: MetricEvent, alarm: Alarm): Finding {
  const { sinceMs, value, score, band } = alarm
  return {
    detector: 'metric-anomaly',
    subject,
    severity: 'bad',
    title: titleOf(event, alarm),
    sinceMs,
    evidence: {
      series: subject.id,
      value: rounded(value),
      usual: band === null ? null : rounded(band.usual),
      low: band === null ? null : rounded(band.low),
      high: band === null ? null : rounded(band.high),
      score: rounded(score),
      sinceMs,
    },
  }
}

const isCalm = (value: number, score: number, band: Band | null): boolean =>
  score < ALARM_SCORE && (band === null || (value >= band.low && value <= band.high))

function take(before: AnomalyState, { atMs, value }: MetricEvent): AnomalyState {
  const { state: metric, score, band } = scorePoint(before.metric, { atMs, value })
  const firstMs = before.firstMs ?? atMs
  const isKnown = metric.seen > LEAST_POINTS && atMs - firstMs >= LEAST_MS
  const known = { metric, firstMs }
  if (isKnown && score >= ALARM_SCORE && score >= (before.alarm?.score ?? 0))
    return { ...known, alarm: { sinceMs: before.alarm?.sinceMs ?? atMs, value, score, band, calm: 0 } }
  if (before.alarm === null) return { ...known, alarm: null }
  const calm = isCalm(value, score, band) ? before.alarm.calm + 1 : 0
  return { ...known, alarm: calm >= CALM_POINTS ? null : { ...before.alarm, calm } }
}

/**
 * A series that the settings name is unlike its own past. Only named ones: much that is rare is not wrong, and uploads of every second week
 * look like faults. History is not learned from, since it comes in other periods than live readings.
 */
export const metricAnomaly = defineDetector<AnomalyState>({
  id: 'metric-anomaly',
  title: 'A metric is unlike its past',
  rule: `A series that spillway.yaml names under metrics reads unlike anything in its own past, by level, change, spread, shape or time of day. Needs ${LEAST_POINTS} readings over two days. Closes after ${CALM_POINTS} usual readings in a row.`,
  subjectsOf: (event) => (event.kind === 'metric' && !event.isBackfill ? [{ kind: 'metric', id: event.series }] : []),
  initial: () => ({ metric: NEW_METRIC, firstMs: null, alarm: null }),
  examine: (before, event, subject): Examined<AnomalyState> => {
    // Sources tell the last readings again; what is not newer was scored already.
    const isNews = event.kind === 'metric' && event.atMs > (before.metric.lastMs ?? -Infinity)
    if (!isNews) return { state: before, finding: 'unchanged' }
    const state = take(before, event)
    return { state, finding: state.alarm === null ? null : findingOf(subject, event, state.alarm) }
  },
})
