import type { IncomingMessage, ServerResponse } from 'node:http'

import { listen } from '#world/listen.ts'
import { readJson } from '#world/read-body.ts'
import type { RequestLog } from '#world/request-log.ts'

import { ActivityRule } from './activity-rule.ts'
import { AlarmBook } from './alarm-book.ts'
import type { ReadPeriods } from './alarm-book.ts'
import { ALARM_OPERATIONS } from './alarm-operations.ts'
import { CloudWatchError } from './aws-error.ts'
import { getMetricData } from './get-metric-data.ts'
import { listMetrics, putMetricData } from './metric-operations.ts'
import { MetricStore, sqsMetric } from './metric-store.ts'
import type { PastMetrics } from './metric-store.ts'
import { createPastMetrics } from './past-metrics.ts'
import { Publisher } from './publisher.ts'
import type { PublisherOptions } from './publisher.ts'
import { readBuckets, valueOf } from './read-statistics.ts'

const TICK_MS = 500

export interface CloudWatchServerOptions {
  readonly port?: number
  readonly log: RequestLog
  readonly seed: number
  readonly delaySeconds: readonly [number, number]
  readonly reactivationSeconds: readonly [number, number]
  readonly listQueueNames: PublisherOptions['listQueueNames']
  readonly measure: PublisherOptions['measure']
  /** Messages a weekday of the 90 days before the start, by queue name; null for no past. */
  readonly pastPerDay: ReadonlyMap<string, number> | null
  readonly now?: () => number
}

export interface CloudWatchServer {
  readonly endpoint: string
  readonly store: MetricStore
  readonly alarms: AlarmBook
  /** When the datapoint of a queue's metric and minute may be served; undefined while it is not published. `minuteMs` is any moment of the minute. */
  readonly servableAt: (queueName: string, metricName: string, minuteMs: number) => number | undefined
  /** When a caller first received it; undefined while nobody has. */
  readonly firstServedAt: (queueName: string, metricName: string, minuteMs: number) => number | undefined
  /** False answers every call with 503. Publishing goes on, as it does in AWS. */
  readonly setUp: (isUp: boolean) => void
  /** Publishes and evaluates what is due; done by itself every half second. */
  readonly tick: () => void
  readonly stop: () => Promise<void>
}

interface Context {
  readonly store: MetricStore
  readonly past: PastMetrics | null
  readonly alarms: AlarmBook
  readonly nowMs: number
  readonly newMetricSeconds: number
}

/** A stand-in for CloudWatch over AWS JSON 1.0, as the JavaScript SDK speaks it. */
export async function startCloudWatchServer(options: CloudWatchServerOptions): Promise<CloudWatchServer> {
  const { log, now = Date.now, pastPerDay, seed } = options
  const store = new MetricStore()
  const alarms = new AlarmBook()
  const activity = new ActivityRule({ seed, reactivationSeconds: options.reactivationSeconds })
  const publisher = new Publisher({ ...options, store, activity }, now())
  const past = pastPerDay === null ? null : createPastMetrics({ seed, nowMs: now(), messagesPerDay: pastPerDay })
  let isUp = true
  const listening = await listen(async (request, response) => {
    const operation = operationOf(request)
    const body = await readJson(request)
    const context = { store, past, alarms, nowMs: now(), newMetricSeconds: options.reactivationSeconds[1] }
    const answer = isUp ? answerSafely(operation, body, context) : unavailable()
    log.append({
      service: 'cloudwatch',
      operation,
      caller: callerOf(request),
      status: answer.status,
      request: body,
      response: answer.status === 200 ? summarise(answer.body) : answer.body,
    })
    send(response, answer)
  }, options.port)
  const tick = (): void => {
    publisher.tick(now())
    alarms.evaluate(now(), readPeriods(store, past, now()), options.delaySeconds[1] * 1000)
  }
  const timer = setInterval(tick, TICK_MS)
  const point = (queueName: string, metricName: string, atMs: number) =>
    store.get(sqsMetric(queueName, metricName), Math.floor(atMs / 60_000) * 60_000)
  return {
    endpoint: listening.url,
    store,
    alarms,
    servableAt: (queueName, metricName, atMs) => point(queueName, metricName, atMs)?.servableAtMs,
    firstServedAt: (queueName, metricName, atMs) => point(queueName, metricName, atMs)?.firstServedAtMs,
    setUp: (value) => {
      isUp = value
    },
    tick,
    stop: () => {
      clearInterval(timer)
      return listening.stop()
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly errorCode?: string
}

function answerSafely(operation: string, body: unknown, context: Context): Answer {
  try {
    return { status: 200, body: answerOperation(operation, body, context) }
  } catch (error) {
    if (!(error instanceof CloudWatchError)) throw error
    return { status: error.status, body: { __type: error.code, message: error.message }, errorCode: error.code }
  }
}

function unavailable(): Answer {
  const errorCode = 'ServiceUnavailable'
  return { status: 503, body: { __type: errorCode, message: 'The service is unavailable.' }, errorCode }
}

function answerOperation(operation: string, body: unknown, context: Context): object {
  const { alarms, nowMs, past, store } = context
  if (operation === 'PutMetricData') return putMetricData(body, store, nowMs)
  if (operation === 'ListMetrics') return listMetrics(body, context)
  if (operation === 'GetMetricData') {
    const onServed = (bucket: { live: readonly { firstServedAtMs?: number }[] }): void => {
      for (const live of bucket.live) live.firstServedAtMs ??= nowMs
    }
    return getMetricData(body, { store, past, nowMs, onServed })
  }
  const alarmOperation = ALARM_OPERATIONS[operation]
  if (alarmOperation === undefined)
    throw new CloudWatchError('InvalidAction', `The action ${operation} is not valid for this endpoint.`)
  return alarmOperation(body, alarms, nowMs)
}

function readPeriods(store: MetricStore, past: PastMetrics | null, nowMs: number): ReadPeriods {
  return ({ config, endMs, metric, periods }) => {
    const periodMs = config.Period * 1000
    const startMs = endMs - periods * periodMs
    const buckets = readBuckets({ store, past, metric, periodSeconds: config.Period, startMs, endMs, nowMs })
    return Array.from({ length: periods }, (_, index) => {
      const bucket = buckets.find(({ atMs }) => Math.floor((atMs - startMs) / periodMs) === index)
      return bucket === undefined ? null : valueOf(bucket.statistic, config.Statistic)
    })
  }
}

/** `X-Amz-Target: GraniteServiceVersion20100801.GetMetricData` */
function operationOf(request: IncomingMessage): string {
  const target = String(request.headers['x-amz-target'] ?? '')
  return target.slice(target.indexOf('.') + 1)
}

function callerOf(request: IncomingMessage): string {
  return /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'unknown'
}

/** Thousands of datapoints a call would fill the log; their number is what a test asks. */
function summarise(body: unknown): unknown {
  const text = JSON.stringify(body)
  return text.length < 2000 ? body : { bytes: text.length }
}

function send(response: ServerResponse, answer: Answer): void {
  const headers: Record<string, string> = { 'content-type': 'application/x-amz-json-1.0' }
  if (answer.errorCode !== undefined)
    headers['x-amzn-query-error'] = `${answer.errorCode};${answer.status < 500 ? 'Sender' : 'Receiver'}`
  response.writeHead(answer.status, headers)
  response.end(JSON.stringify(answer.body))
}
