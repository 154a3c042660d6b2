import { METRICS, QUEUES_A_CALL } from '#lib/sources/get-metric-data.ts'
import type { CallCount } from '#lib/store/api-calls.ts'
import type { SettingsPage } from './contract.ts'

type CallRow = SettingsPage['calls'][number]

const DAY_MS = 86_400_000
const QUARTER_MS = 900_000
const DAYS_A_MONTH = 30
/** List prices in US dollars; the first million requests a month are free, but not metrics that GetMetricData is asked for. */
const USD_A_REQUEST = { sqs: 0.4 / 1e6, cloudwatch: 0.01 / 1e3 } as const
const USD_A_METRIC = 0.01 / 1e3
const FREE_REQUESTS = 1e6

interface Counted {
  readonly service: string
  readonly operation: string
  readonly last24h: number
}

export interface CallContext {
  readonly nowMs: number
  /** Queues of each place whose metrics are read: say how many metrics a call of GetMetricData asks for. */
  readonly queueCounts: readonly number[]
  /** When Spillway first read a queue; null before that. */
  readonly sinceMs: number | null
}

/**
 * Upstream calls of the last 24 hours, and what a month at that rate costs at list price. Before Spillway has run for a day the rate is
 * that of the time for which it has run, a quarter of an hour at least.
 */
export function callRows(calls: readonly (CallCount & { readonly day: string })[], context: CallContext): CallRow[] {
  const counts = lastDay(calls, context.nowMs)
  const ranMs = context.sinceMs === null ? DAY_MS : Math.max(QUARTER_MS, context.nowMs - context.sinceMs)
  const rates = counts.map((call) => ({ ...call, aDay: call.last24h * (DAY_MS / Math.min(DAY_MS, ranMs)) }))
  return counts.map((call, at) => ({ ...call, monthUsd: monthUsd(rates[at], rates, context.queueCounts) }))
}

/** Calls are counted by the day (UTC): of yesterday's, the share that lies within the last 24 hours is taken. */
function lastDay(calls: readonly (CallCount & { readonly day: string })[], nowMs: number): Counted[] {
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const yesterday = new Date(nowMs - DAY_MS).toISOString().slice(0, 10)
  const share = 1 - (nowMs % DAY_MS) / DAY_MS
  const sums = new Map<string, Counted>()
  for (const { day, service, operation, count } of calls) {
    const weight = day === today ? 1 : day === yesterday ? share : 0
    const key = `${service} ${operation}`
    sums.set(key, { service, operation, last24h: (sums.get(key)?.last24h ?? 0) + count * weight })
  }
  return [...sums.values()].map((call) => ({ ...call, last24h: Math.round(call.last24h) }))
}

interface Rate extends Counted {
  readonly aDay: number
}

function monthUsd(call: Rate | undefined, all: readonly Rate[], queueCounts: readonly number[]): number | null {
  if (call === undefined) return null
  const month = call.aDay * DAYS_A_MONTH
  if (call.service === 'cloudwatch' && call.operation === 'GetMetricData')
    return month * metricsACall(queueCounts) * USD_A_METRIC
  if (call.service !== 'sqs' && call.service !== 'cloudwatch') return null
  const requests = all.filter(({ service, operation }) => service === call.service && operation !== 'GetMetricData')
  const total = requests.reduce((sum, { aDay }) => sum + aDay, 0) * DAYS_A_MONTH
  // The free million is shared by all operations of the service in proportion.
  const paid = Math.max(0, total - FREE_REQUESTS)
  return total === 0 ? 0 : (month / total) * paid * USD_A_REQUEST[call.service]
}

/** On average: no call asks for queues of two places. */
function metricsACall(queueCounts: readonly number[]): number {
  const calls = queueCounts.reduce((sum, count) => sum + Math.ceil(count / QUEUES_A_CALL), 0)
  const metrics = queueCounts.reduce((sum, count) => sum + count * METRICS.length, 0)
  return calls === 0 ? 0 : metrics / calls
}
