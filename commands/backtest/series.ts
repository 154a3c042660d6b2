import type { BacktestFormat } from './backtest-format.ts'
import { NEW_METRIC, scorePoint, type MetricState } from '#lib/detect/metric-scorer.ts'

const HEADER = 'timestamp,value'

/**
 * Rows `timestamp,value` of one series in the order of time, e.g. `2014-04-10 07:15:00,42.5`; a time without a zone is UTC. Answers each row
 * with its score, 0 to 1, an alarm from 0.5 on. A header gets no answer; an empty value is a missing point and scores 0.
 */
export const series: BacktestFormat = () => {
  let state: MetricState = NEW_METRIC
  return (line) => {
    if (line.trim().toLowerCase() === HEADER) return []
    const scored = scorePoint(state, pointOf(line))
    state = scored.state
    return [String(scored.score)]
  }
}

function pointOf(line: string): { readonly atMs: number; readonly value: number } {
  const [timestamp = '', value = '', ...others] = line.split(',').map((cell) => cell.trim())
  if (others.length > 0) throw new Error(`${others.length + 2} cells; a row has two, timestamp and value.`)
  const atMs = momentOf(timestamp)
  if (Number.isNaN(atMs)) throw new Error(`timestamp: ${timestamp} is not a time such as 2014-04-10 07:15:00.`)
  if (value === '') return { atMs, value: Number.NaN }
  if (!Number.isFinite(Number(value))) throw new Error(`value: ${value} is not a number.`)
  return { atMs, value: Number(value) }
}

function momentOf(timestamp: string): number {
  const iso = timestamp.replace(' ', 'T')
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(iso) ? iso : `${iso}Z`)
}
