import { describe, expect, test } from 'vitest'
import { cloudwatchMetrics } from './cloudwatch-metrics.ts'
import type { PollContext, PollResult } from './define-source.ts'
import { readingsOf, useEndpoints } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream } from './fixtures/start-upstream.ts'
import { flow, flowsOf, MINUTE_MS, START_MS, useCloudWatch } from './fixtures/use-cloudwatch.ts'

const { clock, log, server, put, contextOf, poll } = useCloudWatch()

describe('a live reading', () => {
  test('tells a period at the first reading after CloudWatch serves it, and only once', async () => {
    const atMs = START_MS - 3 * MINUTE_MS
    put('orders', atMs, { ...flow(6, 18, 0), ApproximateAgeOfOldestMessage: 412 }, START_MS + 10_000)
    const before = await poll()
    clock.nowMs += 15_000
    const served = await poll({ after: before })
    clock.nowMs += 15_000
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
    clock.nowMs = START_MS + 59_000
    const during = await poll()
    clock.nowMs = START_MS + 60_000
    const ended = await poll({ after: during })
    expect(flowsOf(during)).toEqual([])
    expect(flowsOf(ended)).toHaveLength(1)
  })

  test('tells a corrected period again, whole and with the same start', async () => {
    const atMs = START_MS - 5 * MINUTE_MS
    put('orders', atMs, flow(2, 2, 0))
    const first = await poll()
    put('orders', atMs, { NumberOfMessagesDeleted: 2 })
    clock.nowMs += 15_000
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
    clock.nowMs += 15_000
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
    const asked = JSON.stringify(log().list({ operation: 'GetMetricData' })[0]?.request)
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
      clock.nowMs += (after.againSeconds ?? 0) * 1_000
    }
    expect(waits).toEqual([5, 10, 15, 15])
  })

  test('asks at most 500 metrics a call and counts each call', async () => {
    const queues = Array.from({ length: 130 }, (_, index) => `q-${index}`)
    const context = contextOf({ queues })
    await cloudwatchMetrics.poll(context)
    expect(
      log()
        .list({ operation: 'GetMetricData' })
        .map((call) => queriesOf(call.request)),
    ).toEqual([500, 20])
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
    expect(log().list({ operation: 'GetMetricData' })).toHaveLength(1)
    server().setUp(false)
    await expect(poll({ queues: [] })).rejects.toMatchObject({ reason: 'unreachable' })
  })

  test('a failed reading keeps its place: the next one asks for what was missed', async () => {
    const first = await poll()
    put('orders', START_MS + MINUTE_MS, flow(7, 7, 7))
    server().setUp(false)
    clock.nowMs += 10 * MINUTE_MS
    await expect(poll({ after: first })).rejects.toMatchObject({ reason: 'unreachable' })
    server().setUp(true)
    clock.nowMs += 15_000
    expect(flowsOf(await poll({ after: first })).map((one) => one.sent)).toEqual([7])
  })
})

test('a stored cursor that cannot be read counts as none', async () => {
  put('orders', START_MS - 2 * MINUTE_MS, flow(1, 1, 1))
  const context: PollContext = { ...contextOf({}), cursor: { queues: 'what' } }
  expect(flowsOf(await cloudwatchMetrics.poll(context))).toHaveLength(1)
})
