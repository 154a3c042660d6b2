import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import type { Queue } from '#lib/domain/queue.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { startCloudWatchServer, type CloudWatchServer } from '#world/cloudwatch/server.ts'
import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import { RequestLog } from '#world/request-log.ts'
import { cloudwatchMetrics } from './cloudwatch-metrics.ts'
import type { PollContext, PollResult } from './define-source.ts'
import { makeContext, readingsOf, storedCursor, useEndpoints } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream } from './fixtures/start-upstream.ts'

// Real HTTP with real waiting between attempts, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 })

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const START_MS = Date.parse('2026-11-22T09:17:00Z')

let nowMs: number
let log: RequestLog
let server: CloudWatchServer

beforeEach(async () => {
  nowMs = START_MS
  log = new RequestLog()
  server = await startServer(null)
})
afterEach(() => server.stop())
afterAll(() => closeAwsClients())

async function startServer(pastPerDay: ReadonlyMap<string, number> | null): Promise<CloudWatchServer> {
  const started = await startCloudWatchServer({
    log,
    seed: 1,
    delaySeconds: [60, 120],
    reactivationSeconds: [60, 900],
    listQueueNames: () => [],
    measure: () => {
      throw new Error('there are no queues')
    },
    pastPerDay,
    now: () => nowMs,
  })
  useEndpoints({ cloudwatch: started.endpoint })
  return started
}

/** Publishes one minute; without `servableAtMs` it is served at once. */
function put(queue: string, atMs: number, values: Record<string, number>, servableAtMs = atMs): void {
  for (const [name, value] of Object.entries(values)) {
    server.store.put(sqsMetric(queue, name), atMs, { sum: value, count: 1, min: value, max: value }, servableAtMs)
  }
}

function flow(sent: number, received: number, deleted: number): Record<string, number> {
  return { NumberOfMessagesSent: sent, NumberOfMessagesReceived: received, NumberOfMessagesDeleted: deleted }
}

function queueOf(name: string): Queue {
  return aQueue({ name, url: `https://sqs.test/0/${name}`, arn: `arn:aws:sqs:eu-west-2:0:${name}` })
}

interface PollOptions {
  readonly queues?: readonly string[]
  readonly after?: PollResult
  readonly backfillDays?: number
  readonly flow?: readonly string[]
}

function contextOf({ queues = ['orders'], after, backfillDays = 0, flow: stages = [] }: PollOptions) {
  const settings = {
    sources: { 'cloudwatch-metrics': { everySeconds: 15, backfillDays } },
    flow: stages.map((queue) => ({ queue })),
  }
  const context = makeContext({ settings, nowMs: () => nowMs })
  return { ...context, queues: queues.map(queueOf), cursor: after === undefined ? null : storedCursor(after) }
}

function poll(options: PollOptions = {}): Promise<PollResult> {
  return cloudwatchMetrics.poll(contextOf(options))
}

function flowsOf(result: PollResult, isBackfill = false) {
  return readingsOf(result, 'flows')
    .filter((reading) => reading.isBackfill === isBackfill)
    .flatMap((reading) => reading.flows)
}

describe('a live reading', () => {
  test('tells a period at the first reading after CloudWatch serves it, and only once', async () => {
    const atMs = START_MS - 3 * MINUTE_MS
    put('orders', atMs, { ...flow(6, 18, 0), ApproximateAgeOfOldestMessage: 412 }, START_MS + 10_000)
    const before = await poll()
    nowMs += 15_000
    const served = await poll({ after: before })
    nowMs += 15_000
    const after = await poll({ after: served })
    expect(flowsOf(before)).toEqual([])
    expect(flowsOf(served)).toEqual([
      { queue: 'orders', atMs, periodSeconds: 60, sent: 6, received: 18, deleted: 0, oldestAgeSeconds: 412 },
    ])
    expect(readingsOf(served, 'samples')[0]?.samples).toEqual([
      { series: 'cloudwatch/orders/sent', atMs, value: 6 },
      { series: 'cloudwatch/orders/received', atMs, value: 18 },
      { series: 'cloudwatch/orders/deleted', atMs, value: 0 },
      { series: 'cloudwatch/orders/oldest-age', atMs, value: 412 },
    ])
    expect(after.readings).toEqual([])
  })

  test('does not ask for a minute that has not ended', async () => {
    put('orders', START_MS, flow(1, 0, 0))
    nowMs = START_MS + 59_000
    const during = await poll()
    nowMs = START_MS + 60_000
    const ended = await poll({ after: during })
    expect(flowsOf(during)).toEqual([])
    expect(flowsOf(ended)).toHaveLength(1)
  })

  test('tells a corrected period again, whole and with the same start', async () => {
    const atMs = START_MS - 5 * MINUTE_MS
    put('orders', atMs, flow(2, 2, 0))
    const first = await poll()
    put('orders', atMs, { NumberOfMessagesDeleted: 2 })
    nowMs += 15_000
    const corrected = await poll({ after: first })
    expect(flowsOf(corrected)).toEqual([expect.objectContaining({ atMs, sent: 2, received: 2, deleted: 2 })])
    expect(readingsOf(corrected, 'samples')[0]?.samples).toEqual([
      { series: 'cloudwatch/orders/deleted', atMs, value: 2 },
    ])
  })

  test('absent is not zero: without a count of deletes there is no flow until it comes', async () => {
    const atMs = START_MS - 5 * MINUTE_MS
    put('orders', atMs, { NumberOfMessagesSent: 6, NumberOfMessagesReceived: 18 })
    const partly = await poll()
    expect(flowsOf(partly)).toEqual([])
    expect(readingsOf(partly, 'samples')[0]?.samples.map((sample) => sample.series)).toEqual([
      'cloudwatch/orders/sent',
      'cloudwatch/orders/received',
    ])
    put('orders', atMs, { NumberOfMessagesDeleted: 0 })
    nowMs += 15_000
    expect(flowsOf(await poll({ after: partly }))).toEqual([
      expect.objectContaining({ atMs, sent: 6, deleted: 0, oldestAgeSeconds: null }),
    ])
  })

  test('a queue without datapoints gives nothing at all', async () => {
    const result = await poll({ queues: ['idle'] })
    expect(result.readings).toEqual([])
  })

  test('asks for flow queues first, and for them even before the inventory knows them', async () => {
    await poll({ queues: ['aaa', 'zzz'], flow: ['zzz', 'not-yet'] })
    const asked = JSON.stringify(log.list({ operation: 'GetMetricData' })[0]?.request)
    const order = ['zzz', 'not-yet', 'aaa'].map((name) => asked.indexOf(`"${name}"`))
    expect(order.every((position) => position > 0)).toBe(true)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('made before there is an inventory is followed soon, and at once when there is one', async () => {
    put('orders', START_MS - 2 * MINUTE_MS, flow(6, 6, 6))
    const blind = await poll({ queues: [], flow: ['not-yet'], backfillDays: 1 })
    expect([blind.hasMore, blind.againSeconds]).toEqual([true, 5])
    const history = await poll({ queues: [], flow: ['not-yet'], after: blind, backfillDays: 1 })
    expect(history.againSeconds).toBe(10)
    const seen = await poll({ flow: ['not-yet'], after: history, backfillDays: 1 })
    expect(flowsOf(seen)).toMatchObject([{ queue: 'orders', sent: 6 }])
    expect(seen.againSeconds).toBeUndefined()
  })

  test('is asked for less and less often while no inventory comes', async () => {
    const waits: (number | undefined)[] = []
    let after: PollResult | undefined
    for (let turn = 0; turn < 4; turn += 1) {
      after = await poll({ queues: [], ...(after === undefined ? {} : { after }) })
      waits.push(after.againSeconds)
      nowMs += (after.againSeconds ?? 0) * 1_000
    }
    expect(waits).toEqual([5, 10, 15, 15])
  })

  test('asks at most 500 metrics a call and counts each call', async () => {
    const queues = Array.from({ length: 130 }, (_, index) => `q-${index}`)
    const context = contextOf({ queues })
    await cloudwatchMetrics.poll(context)
    expect(log.list({ operation: 'GetMetricData' }).map((call) => queriesOf(call.request))).toEqual([500, 20])
    expect(context.calls.get('cloudwatch GetMetricData')).toBe(2)
  })

  test('puts pages together, of which each may hold a part of every series', async () => {
    const times = [START_MS - 2 * MINUTE_MS, START_MS - MINUTE_MS]
    await using upstream = await startUpstream(({ body }) => {
      const page = Number(JSON.parse(body).NextToken ?? 0)
      const point = { Timestamps: [(times[page] ?? 0) / 1_000], Values: [page] }
      return awsAnswer({
        MetricDataResults: ['q0m0', 'q0m1', 'q0m2', 'q0m3'].map((Id) => ({
          Id,
          StatusCode: page === 0 ? 'PartialData' : 'Complete',
          ...(Id === 'q0m3' ? { Timestamps: [], Values: [] } : point),
        })),
        ...(page === 0 ? { NextToken: '1' } : {}),
      })
    })
    useEndpoints({ cloudwatch: upstream.url })
    const result = await poll()
    expect(flowsOf(result).map(({ atMs, sent }) => [atMs, sent])).toEqual([
      [times[0], 0],
      [times[1], 1],
    ])
  })
})

function queriesOf(request: unknown): number {
  return JSON.stringify(request).split('"MetricStat"').length - 1
}

describe('what is past', () => {
  test('periods older than 15 minutes at first sight are history, newer ones are not', async () => {
    put('orders', START_MS - 16 * MINUTE_MS, flow(1, 1, 1))
    put('orders', START_MS - 14 * MINUTE_MS, flow(2, 2, 2))
    const result = await poll()
    expect(flowsOf(result, true).map((one) => one.sent)).toEqual([1])
    expect(flowsOf(result).map((one) => one.sent)).toEqual([2])
  })

  test('datapoints of a queue that stirs again come up to 15 minutes late and are still told', async () => {
    const first = await poll()
    nowMs += 14 * MINUTE_MS
    const idle = await poll({ after: first })
    put('orders', START_MS, flow(3, 3, 3), nowMs + 1_000)
    nowMs += 15_000
    const stirred = await poll({ after: idle })
    expect(flowsOf(stirred).map((one) => one.sent)).toEqual([3])
  })

  test('an hour of downtime is asked for at once, what is old in it as history', async () => {
    const first = await poll()
    for (let minute = 0; minute < 60; minute += 1) put('orders', START_MS + minute * MINUTE_MS, flow(1, 1, 1))
    nowMs += HOUR_MS
    const result = await poll({ after: first })
    expect([flowsOf(result, true).length, flowsOf(result).length]).toEqual([45, 15])
    expect(result.hasMore).toBe(false)
  })

  test('a longer downtime leaves a hole that is fetched as history, every minute once', async () => {
    put('orders', START_MS - 2 * MINUTE_MS, flow(1, 1, 1))
    const first = await poll({ backfillDays: 1 })
    const done = await fetchAll(first, 1)
    for (let minute = 0; minute < 600; minute += 1) put('orders', START_MS + minute * MINUTE_MS, flow(minute, 1, 1))
    nowMs += 600 * MINUTE_MS
    const live = await poll({ after: done.last, backfillDays: 1 })
    expect(live.hasMore).toBe(true)
    const rest = await fetchAll(live, 1)
    const told = [live, ...rest.results].flatMap((result) => [...flowsOf(result, true), ...flowsOf(result)])
    expect(told.map((one) => one.sent).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 600 }, (_, minute) => minute),
    )
    expect(rest.results.flatMap((result) => flowsOf(result))).toEqual([])
  })

  test('the first start fetches 90 days, newest first, in the periods that CloudWatch keeps', async () => {
    await server.stop()
    server = await startServer(new Map([['orders', 200]]))
    const first = await poll({ backfillDays: 90 })
    const { results } = await fetchAll(first, 90)
    const flows = [first, ...results].flatMap((result) => flowsOf(result, true))
    const periods = Map.groupBy(flows, (one) => one.periodSeconds)
    expect([...periods.keys()]).toEqual([60, 300, 3_600])
    const ages = [...periods.values()].map((list) =>
      Math.ceil((START_MS - Math.min(...list.map((one) => one.atMs))) / DAY_MS),
    )
    // History begins with a whole day.
    expect(ages).toEqual([1, 15, 91])
    expect(new Set(flows.map((one) => one.atMs)).size).toBe(flows.length)
    expect(results.every((result) => readingsOf(result, 'samples').every((one) => one.isBackfill))).toBe(true)
    // The newest is told before what is older, chunk by chunk.
    const ends = results.flatMap((result) => flowsOf(result, true).at(-1)?.atMs ?? [])
    expect(ends).toEqual(ends.toSorted((a, b) => b - a))
  }, 60_000)

  test('history takes turns with the live part, which never waits for it', async () => {
    let last = await poll({ backfillDays: 90 })
    nowMs += 1_000
    last = await poll({ after: last, backfillDays: 90 })
    expect(periodsAsked().at(-1)).toMatchObject({ isLive: false })
    nowMs += 8_000
    put('orders', START_MS - MINUTE_MS, flow(5, 5, 5))
    const live = await poll({ after: last, backfillDays: 90 })
    expect(periodsAsked().at(-1)).toMatchObject({ isLive: true })
    expect(flowsOf(live).map((one) => one.sent)).toEqual([5])
    expect(live.hasMore).toBe(true)
  })

  test('when history cannot be fetched the live part goes on, and the gap says so until it can', async () => {
    const first = await poll({ backfillDays: 90 })
    server.setUp(false)
    nowMs += 1_000
    const failed = await poll({ after: first, backfillDays: 90 })
    expect(readingsOf(failed, 'gap')).toEqual([expect.objectContaining({ scope: 'history', reason: 'unreachable' })])
    expect(failed.hasMore).toBe(false)
    server.setUp(true)
    nowMs += 15_000
    const live = await poll({ after: failed, backfillDays: 90 })
    expect(readingsOf(live, 'gap')).toHaveLength(1)
    nowMs += 1_000
    const again = await poll({ after: live, backfillDays: 90 })
    expect(readingsOf(again, 'gap')).toEqual([])
    expect(again.hasMore).toBe(true)
  })
})

/** Polls on while there is more, a second apart, as the collector does. */
async function fetchAll(first: PollResult, backfillDays: number) {
  const results: PollResult[] = []
  let last = first
  while (last.hasMore === true) {
    if (results.length > 500) throw new Error('the history does not end')
    nowMs += 10
    last = await poll({ after: last, backfillDays })
    results.push(last)
  }
  return { results, last }
}

function periodsAsked(): readonly { readonly isLive: boolean }[] {
  return log.list({ operation: 'GetMetricData' }).map(({ request }) => {
    const end = request !== null && typeof request === 'object' && 'EndTime' in request ? Number(request.EndTime) : 0
    return { isLive: end * 1_000 > START_MS - HOUR_MS }
  })
}

describe('what fails', () => {
  test('a query that CloudWatch refuses is a gap of its queue, and the others are told', async () => {
    await using upstream = await startUpstream(({ body }) => {
      const queries: readonly { readonly Id: string }[] = JSON.parse(body).MetricDataQueries
      return awsAnswer({
        MetricDataResults: queries.map(({ Id }) => ({
          Id,
          StatusCode: Id.startsWith('q1') ? 'Forbidden' : 'Complete',
          Timestamps: Id.startsWith('q1') ? [] : [(START_MS - 2 * MINUTE_MS) / 1_000],
          Values: Id.startsWith('q1') ? [] : [1],
        })),
      })
    })
    useEndpoints({ cloudwatch: upstream.url })
    const result = await poll({ queues: ['orders', 'returns'] })
    expect(readingsOf(result, 'gap')).toEqual([expect.objectContaining({ scope: 'returns', reason: 'denied' })])
    expect(flowsOf(result).map((one) => one.queue)).toEqual(['orders'])
  })

  test('an answer that leaves a queue out is not an empty one', async () => {
    await using upstream = await startUpstream(() => awsAnswer({ MetricDataResults: [] }))
    useEndpoints({ cloudwatch: upstream.url })
    await expect(poll()).rejects.toMatchObject({ reason: 'invalid-answer' })
  })

  test('while no queue is known CloudWatch is asked all the same: it is seen only when it answers', async () => {
    expect((await poll({ queues: [] })).readings).toEqual([])
    expect(log.list({ operation: 'GetMetricData' })).toHaveLength(1)
    server.setUp(false)
    await expect(poll({ queues: [] })).rejects.toMatchObject({ reason: 'unreachable' })
  })

  test('a failed reading keeps its place: the next one asks for what was missed', async () => {
    const first = await poll()
    put('orders', START_MS + MINUTE_MS, flow(7, 7, 7))
    server.setUp(false)
    nowMs += 10 * MINUTE_MS
    await expect(poll({ after: first })).rejects.toMatchObject({ reason: 'unreachable' })
    server.setUp(true)
    nowMs += 15_000
    expect(flowsOf(await poll({ after: first })).map((one) => one.sent)).toEqual([7])
  })
})

test('a stored cursor that cannot be read counts as none', async () => {
  put('orders', START_MS - 2 * MINUTE_MS, flow(1, 1, 1))
  const context: PollContext = { ...contextOf({}), cursor: { queues: 'what' } }
  expect(flowsOf(await cloudwatchMetrics.poll(context))).toHaveLength(1)
})
