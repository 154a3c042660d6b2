import { GetMetricDataCommand, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import type { GetMetricDataCommandInput } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from 'vitest'
import { between, DAY_MS, HOUR_MS, MINUTE_MS, query, START, useBench } from './fixtures/use-bench.ts'

const start = useBench()

describe('publishing', () => {
  test('each minute counts what happened in it, and depth is what it was at its end', async () => {
    const { client, moveTo, queue } = await start()
    Object.assign(queue, { sent: 3, received: 4, visible: 2 })
    moveTo(MINUTE_MS)
    Object.assign(queue, { sent: 8, received: 20 })
    moveTo(2 * MINUTE_MS)
    moveTo(5 * MINUTE_MS)
    const { MetricDataResults = [] } = await client.send(
      new GetMetricDataCommand(
        between(
          0,
          2 * MINUTE_MS,
          query('NumberOfMessagesSent'),
          query('NumberOfMessagesReceived', { id: 'm2' }),
          query('ApproximateNumberOfMessagesVisible', { id: 'm3', stat: 'Maximum' }),
          query('SentMessageSize', { id: 'm4', stat: 'Average' }),
        ),
      ),
    )
    expect(MetricDataResults.map(({ Id, StatusCode, Values }) => [Id, Values, StatusCode])).toEqual([
      ['m1', [3, 5], 'Complete'],
      ['m2', [4, 16], 'Complete'],
      ['m3', [2, 2], 'Complete'],
      ['m4', [100, 100], 'Complete'],
    ])
    expect(MetricDataResults[0]?.Timestamps).toEqual([new Date(START), new Date(START + MINUTE_MS)])
  })

  test('nobody gets a datapoint before its delay is over, and the moments are known to tests', async () => {
    const { client, moveTo, queue, server } = await start()
    queue.sent = 1
    moveTo(MINUTE_MS)
    const servableAt = server.servableAt('orders', 'NumberOfMessagesSent', START)
    const delaySeconds = ((servableAt ?? 0) - START - MINUTE_MS) / 1000
    expect(delaySeconds).toBeGreaterThanOrEqual(60)
    expect(delaySeconds).toBeLessThanOrEqual(120)
    const read = async () => {
      const answer = await client.send(new GetMetricDataCommand(between(0, MINUTE_MS, query('NumberOfMessagesSent'))))
      return answer.MetricDataResults?.[0]?.Values
    }
    moveTo((servableAt ?? 0) - START - 1)
    expect(await read()).toEqual([])
    expect(server.firstServedAt('orders', 'NumberOfMessagesSent', START)).toBeUndefined()
    moveTo((servableAt ?? 0) - START)
    expect(await read()).toEqual([1])
    moveTo((servableAt ?? 0) - START + 5000)
    expect(await read()).toEqual([1])
    expect(server.firstServedAt('orders', 'NumberOfMessagesSent', START)).toBe(servableAt)
  })

  test('an inactive queue publishes nothing after six hours, and is late when it stirs again', async () => {
    const { moveTo, queue, server } = await start()
    const isPublished = (atMs: number): boolean =>
      server.servableAt('orders', 'NumberOfMessagesSent', START + atMs) !== undefined
    for (let atMs = MINUTE_MS; atMs <= 7 * HOUR_MS; atMs += MINUTE_MS) moveTo(atMs)
    expect(isPublished(5.9 * HOUR_MS)).toBe(true)
    expect(isPublished(6.1 * HOUR_MS)).toBe(false)
    queue.visible = 1
    queue.lastActionAtMs = START + 7 * HOUR_MS
    for (let atMs = 7 * HOUR_MS; atMs <= 7.5 * HOUR_MS; atMs += MINUTE_MS) moveTo(atMs)
    expect(isPublished(7 * HOUR_MS)).toBe(false)
    expect(isPublished(7.4 * HOUR_MS)).toBe(true)
  })
})

describe('GetMetricData', () => {
  const past = new Map([['orders', 4000]])

  test('serves minutes for 15 days, five minutes for 63 and hours for longer, and nothing finer', async () => {
    const { client } = await start(past)
    const count = async (daysAgo: number, period: number): Promise<number> => {
      const input = between(
        -daysAgo * DAY_MS,
        -daysAgo * DAY_MS + 2 * HOUR_MS,
        query('NumberOfMessagesSent', { period }),
      )
      const answer = await client.send(new GetMetricDataCommand(input))
      return answer.MetricDataResults?.[0]?.Values?.length ?? -1
    }
    expect([await count(14, 60), await count(14, 300), await count(14, 3600)]).toEqual([120, 24, 2])
    expect([await count(20, 60), await count(20, 300), await count(20, 3600)]).toEqual([0, 24, 2])
    expect([await count(70, 60), await count(70, 300), await count(70, 3600)]).toEqual([0, 0, 2])
    expect(await count(100, 3600)).toBe(0)
  })

  test('tells the same past at every width', async () => {
    const { client } = await start(past)
    const total = async (period: number, stat: string): Promise<number> => {
      const input = between(-2 * DAY_MS, -DAY_MS, query('NumberOfMessagesSent', { period, stat }))
      let sum = 0
      let token: string | undefined
      do {
        const answer = await client.send(new GetMetricDataCommand({ ...input, NextToken: token }))
        for (const value of answer.MetricDataResults?.[0]?.Values ?? []) sum += value
        token = answer.NextToken
      } while (token !== undefined)
      return sum
    }
    const [minutes, fives, hours] = [await total(60, 'Sum'), await total(300, 'Sum'), await total(3600, 'Sum')]
    expect(minutes).toBeGreaterThan(1000)
    expect([fives, hours]).toEqual([minutes, minutes])
    expect(await total(3600, 'SampleCount')).toBe(1440)
  })

  test('pages with PartialData where the points do not fit, and the pages join to the whole', async () => {
    const { client } = await start(past)
    const queries = [
      query('NumberOfMessagesSent'),
      query('ApproximateAgeOfOldestMessage', { id: 'm2', stat: 'Maximum' }),
    ]
    const input = between(-3 * HOUR_MS, 0, ...queries)
    const whole = await client.send(new GetMetricDataCommand(input))
    const seen = new Map<string, number[]>()
    const codes: (string | undefined)[] = []
    let token: string | undefined
    let pages = 0
    do {
      const answer = await client.send(new GetMetricDataCommand({ ...input, MaxDatapoints: 100, NextToken: token }))
      for (const { Id = '', StatusCode, Values = [] } of answer.MetricDataResults ?? []) {
        seen.set(Id, [...(seen.get(Id) ?? []), ...Values])
        codes.push(StatusCode)
      }
      token = answer.NextToken
      pages += 1
    } while (token !== undefined)
    expect(pages).toBe(4)
    expect(codes).toEqual(['PartialData', 'Complete', 'PartialData', 'PartialData', 'Complete'])
    expect([...seen]).toEqual(whole.MetricDataResults?.map(({ Id, Values }) => [Id, Values]))
  })

  test('gives the newest first unless asked otherwise', async () => {
    const { client } = await start(past)
    const input = between(-HOUR_MS, 0, query('NumberOfMessagesSent'))
    const answer = await client.send(new GetMetricDataCommand({ ...input, ScanBy: undefined }))
    const times = answer.MetricDataResults?.[0]?.Timestamps?.map((time) => time.getTime()) ?? []
    expect(times).toHaveLength(60)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
  })

  test('refuses more than 500 queries, an empty window, an odd period and a double id', async () => {
    const { client } = await start()
    const ask = (input: GetMetricDataCommandInput) => client.send(new GetMetricDataCommand(input))
    const many = Array.from({ length: 501 }, (_, index) => query('NumberOfMessagesSent', { id: `m${index}` }))
    await expect(ask(between(0, MINUTE_MS, ...many))).rejects.toThrow('must not have a size greater than 500')
    await expect(ask(between(MINUTE_MS, 0, query('NumberOfMessagesSent')))).rejects.toThrow(
      'StartTime must be less than',
    )
    await expect(ask(between(0, HOUR_MS, query('NumberOfMessagesSent', { period: 90 })))).rejects.toThrow(
      'multiple of 60',
    )
    await expect(ask(between(0, HOUR_MS, query('A'), query('B')))).rejects.toThrow('not unique')
  })

  test('answers 503 while it is down, and the log keeps who asked', async () => {
    const { client, log, server } = await start()
    server.setUp(false)
    await expect(client.send(new GetMetricDataCommand(between(0, HOUR_MS, query('A'))))).rejects.toThrow('unavailable')
    server.setUp(true)
    await client.send(new GetMetricDataCommand(between(0, HOUR_MS, query('A'))))
    expect(log.list().map(({ caller, operation, status }) => [caller, operation, status])).toEqual([
      ['spillway', 'GetMetricData', 503],
      ['spillway', 'GetMetricData', 200],
    ])
  })
})

describe('metrics of one’s own', () => {
  test('arrive unpacked where the SDK sends them as gzip', async () => {
    const { client, server } = await start()
    const MetricData = Array.from({ length: 200 }, (_, index) => ({
      MetricName: `account.delete.of.a.rather.long.name.${index}`,
      Timestamp: new Date(START),
      Value: index,
      Dimensions: [{ Name: 'Environment', Value: 'demo' }],
    }))
    await client.send(new PutMetricDataCommand({ Namespace: 'TIS/Trainee', MetricData }))
    const metric = {
      namespace: 'TIS/Trainee',
      name: 'account.delete.of.a.rather.long.name.199',
      dimensions: [{ Name: 'Environment', Value: 'demo' }],
    }
    expect(server.store.get(metric, START)?.statistic.sum).toBe(199)
  })

  test('may not pretend to be AWS’s', async () => {
    const { client } = await start()
    const put = new PutMetricDataCommand({
      Namespace: 'AWS/SQS',
      MetricData: [{ MetricName: 'NumberOfMessagesSent', Value: 1 }],
    })
    await expect(client.send(put)).rejects.toThrow('Namespace')
  })
})

test('ListMetrics shows a new queue only after a while, and hides one that has been silent for two weeks', async () => {
  const { client, moveTo, queue } = await start()
  const names = async (): Promise<number> =>
    (await client.send(new ListMetricsCommand({ Namespace: 'AWS/SQS' }))).Metrics?.length ?? -1
  queue.sent = 1
  moveTo(MINUTE_MS)
  expect(await names()).toBe(0)
  moveTo(20 * MINUTE_MS)
  expect(await names()).toBe(9)
  moveTo(15 * DAY_MS)
  moveTo(15 * DAY_MS + MINUTE_MS)
  expect(await names()).toBe(0)
})
