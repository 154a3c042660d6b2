import { METRICS, QUEUES_A_CALL } from '#lib/sources/get-metric-data.ts'
import type { CallCount } from '#lib/store/api-calls.ts'
import type { SettingsPage } from './contract.ts'

type CallRow = SettingsPage['calls'][number]

const DAY_MS = 86_400_000
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

/** Upstream calls of the last 24 hours, and what a month of such days costs at list price. `queueCount` says how many metrics a call asks for. */
export function callRows(
  calls: readonly (CallCount & { readonly day: string })[],
  { nowMs, queueCount }: { readonly nowMs: number; readonly queueCount: number },
): CallRow[] {
  const counts = lastDay(calls, nowMs)
  return counts.map((call) => ({ ...call, monthUsd: monthUsd(call, counts, queueCount) }))
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

function monthUsd(call: Counted, all: readonly Counted[], queueCount: number): number | null {
  const month = call.last24h * DAYS_A_MONTH
  if (call.service === 'cloudwatch' && call.operation === 'GetMetricData')
    return month * metricsACall(queueCount) * USD_A_METRIC
  if (call.service !== 'sqs' && call.service !== 'cloudwatch') return null
  const requests = all.filter(({ service, operation }) => service === call.service && operation !== 'GetMetricData')
  const total = requests.reduce((sum, { last24h }) => sum + last24h, 0) * DAYS_A_MONTH
  // The free million is shared by all operations of the service in proportion.
  const paid = Math.max(0, total - FREE_REQUESTS)
  return total === 0 ? 0 : (month / total) * paid * USD_A_REQUEST[call.service]
}

function metricsACall(queueCount: number): number {
  return queueCount === 0 ? 0 : (queueCount * METRICS.length) / Math.ceil(queueCount / QUEUES_A_CALL)
}
