import { describe, expect, test } from 'vitest'
import type { PollResult } from './define-source.ts'
import { readingsOf } from './fixtures/make-context.ts'
import { DAY_MS, flow, flowsOf, HOUR_MS, MINUTE_MS, START_MS, useCloudWatch } from './fixtures/use-cloudwatch.ts'

const { clock, log, server, put, poll, restart } = useCloudWatch()

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
    clock.nowMs += 14 * MINUTE_MS
    const idle = await poll({ after: first })
    put('orders', START_MS, flow(3, 3, 3), clock.nowMs + 1_000)
    clock.nowMs += 15_000
    const stirred = await poll({ after: idle })
    expect(flowsOf(stirred).map((one) => one.sent)).toEqual([3])
  })

  test('an hour of downtime is asked for at once, what is old in it as history', async () => {
    const first = await poll()
    for (let minute = 0; minute < 60; minute += 1) put('orders', START_MS + minute * MINUTE_MS, flow(1, 1, 1))
    clock.nowMs += HOUR_MS
    const result = await poll({ after: first })
    expect([flowsOf(result, true).length, flowsOf(result).length]).toEqual([45, 15])
    expect(result.hasMore).toBe(false)
  })

  test('a longer downtime leaves a hole that is fetched as history, every minute once', async () => {
    put('orders', START_MS - 2 * MINUTE_MS, flow(1, 1, 1))
    const first = await poll({ backfillDays: 1 })
    const done = await fetchAll(first, 1)
    for (let minute = 0; minute < 600; minute += 1) put('orders', START_MS + minute * MINUTE_MS, flow(minute, 1, 1))
    clock.nowMs += 600 * MINUTE_MS
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
    await restart(new Map([['orders', 200]]))
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
  })

  test('history takes turns with the live part, which never waits for it', async () => {
    let last = await poll({ backfillDays: 90 })
    clock.nowMs += 1_000
    last = await poll({ after: last, backfillDays: 90 })
    expect(periodsAsked().at(-1)).toMatchObject({ isLive: false })
    clock.nowMs += 8_000
    put('orders', START_MS - MINUTE_MS, flow(5, 5, 5))
    const live = await poll({ after: last, backfillDays: 90 })
    expect(periodsAsked().at(-1)).toMatchObject({ isLive: true })
    expect(flowsOf(live).map((one) => one.sent)).toEqual([5])
    expect(live.hasMore).toBe(true)
  })

  test('when history cannot be fetched the live part goes on, and the gap says so until it can', async () => {
    const first = await poll({ backfillDays: 90 })
    server().setUp(false)
    clock.nowMs += 1_000
    const failed = await poll({ after: first, backfillDays: 90 })
    expect(readingsOf(failed, 'gap')).toEqual([expect.objectContaining({ scope: 'history', reason: 'unreachable' })])
    expect(failed.hasMore).toBe(false)
    server().setUp(true)
    clock.nowMs += 15_000
    const live = await poll({ after: failed, backfillDays: 90 })
    expect(readingsOf(live, 'gap')).toHaveLength(1)
    clock.nowMs += 1_000
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
    clock.nowMs += 10
    last = await poll({ after: last, backfillDays })
    results.push(last)
  }
  return { results, last }
}

function periodsAsked(): readonly { readonly isLive: boolean }[] {
  return log()
    .list({ operation: 'GetMetricData' })
    .map(({ request }) => {
      const end = request !== null && typeof request === 'object' && 'EndTime' in request ? Number(request.EndTime) : 0
      return { isLive: end * 1_000 > START_MS - HOUR_MS }
    })
}
