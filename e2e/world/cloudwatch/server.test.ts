import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch'
import type { GetMetricDataCommandInput, MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import { afterEach, describe, expect, test } from 'vitest'

import { RequestLog } from '#world/request-log.ts'

import type { QueueMeasure } from './publisher.ts'
import { startCloudWatchServer } from './server.ts'
import type { CloudWatchServer } from './server.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START = Date.parse('2026-11-18T10:00:00Z')

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Bench {
  readonly server: CloudWatchServer
  readonly client: CloudWatchClient
  readonly log: RequestLog
  readonly queue: { visible: number; sent: number; received: number; lastActionAtMs: number }
  /** Moves the clock to that many milliseconds after the start and lets the server do what is due. */
  readonly moveTo: (afterStartMs: number) => void
}

async function start(pastPerDay: ReadonlyMap<string, number> | null = null): Promise<Bench> {
  let nowMs = START
  const queue = { visible: 0, sent: 0, received: 0, lastActionAtMs: START }
  const measure = (): QueueMeasure => ({
    visible: queue.visible,
    notVisible: 0,
    delayed: 0,
    oldestAgeSeconds: 0,
    counters: { sent: queue.sent, received: queue.received, deleted: 0, emptyReceives: 0, sentBytes: queue.sent * 100 },
    lastActionAtMs: queue.lastActionAtMs,
  })
  const log = new RequestLog()
  const server = await startCloudWatchServer({
    log,
    seed: 7,
    delaySeconds: [60, 120],
    reactivationSeconds: [60, 900],
    listQueueNames: () => ['orders'],
    measure,
    pastPerDay,
    now: () => nowMs,
  })
  const client = new CloudWatchClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'spillway', secretAccessKey: 'x' },
    maxAttempts: 1,
  })
  stops.push(async () => {
    client.destroy()
    await server.stop()
  })
  const moveTo = (afterStartMs: number): void => {
    nowMs = START + afterStartMs
    server.tick()
  }
  return { server, client, log, queue, moveTo }
}

function query(
  metricName: string,
  changes: { period?: number; stat?: string; id?: string; queue?: string } = {},
): MetricDataQuery {
  const { id = 'm1', period = 60, queue = 'orders', stat = 'Sum' } = changes
  const Metric = { Namespace: 'AWS/SQS', MetricName: metricName, Dimensions: [{ Name: 'QueueName', Value: queue }] }
  return { Id: id, MetricStat: { Metric, Period: period, Stat: stat } }
}

function between(fromMs: number, toMs: number, ...queries: MetricDataQuery[]): GetMetricDataCommandInput {
  return {
    StartTime: new Date(START + fromMs),
    EndTime: new Date(START + toMs),
    MetricDataQueries: queries,
    ScanBy: 'TimestampAscending',
  }
}

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

describe('alarms', () => {
  const alarm = {
    AlarmName: 'orders-depth',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: 'orders' }],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    AlarmActions: ['arn:aws:sns:eu-west-2:000000000000:monitoring'],
  } as const

  test('start without enough data, go off with the traffic, and their history tells it with the action', async () => {
    const { client, moveTo, queue } = await start()
    const state = async () => {
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}))
      return MetricAlarms.map(({ StateValue, TreatMissingData }) => [StateValue, TreatMissingData])
    }
    await client.send(
      new PutMetricAlarmCommand({ ...alarm, AlarmActions: [...alarm.AlarmActions], Dimensions: [...alarm.Dimensions] }),
    )
    expect(await state()).toEqual([['INSUFFICIENT_DATA', 'missing']])
    moveTo(MINUTE_MS)
    moveTo(4 * MINUTE_MS)
    expect(await state()).toEqual([['OK', 'missing']])
    queue.visible = 7
    for (let minute = 5; minute <= 9; minute += 1) moveTo(minute * MINUTE_MS)
    expect(await state()).toEqual([['ALARM', 'missing']])
    const { AlarmHistoryItems = [] } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'orders-depth' }))
    expect(AlarmHistoryItems.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary])).toEqual([
      ['Action', 'Successfully executed action arn:aws:sns:eu-west-2:000000000000:monitoring'],
      ['StateUpdate', 'Alarm updated from OK to ALARM'],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['ConfigurationUpdate', 'Alarm "orders-depth" created'],
    ])
  })

  test('are listed page by page and filtered by state', async () => {
    const { client } = await start()
    for (const name of ['a', 'b', 'c'])
      await client.send(new PutMetricAlarmCommand({ ...alarm, AlarmActions: [], Dimensions: [], AlarmName: name }))
    await client.send(new SetAlarmStateCommand({ AlarmName: 'b', StateValue: 'ALARM', StateReason: 'by hand' }))
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2 }))
    const second = await client.send(new DescribeAlarmsCommand({ MaxRecords: 2, NextToken: first.NextToken }))
    expect([first, second].map((page) => page.MetricAlarms?.map(({ AlarmName }) => AlarmName))).toEqual([
      ['a', 'b'],
      ['c'],
    ])
    expect(second.NextToken).toBeUndefined()
    const alarming = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }))
    expect(alarming.MetricAlarms?.map(({ AlarmName, StateReason }) => [AlarmName, StateReason])).toEqual([
      ['b', 'by hand'],
    ])
  })

  test('that do not exist are refused by name', async () => {
    const { client } = await start()
    const set = new SetAlarmStateCommand({ AlarmName: 'nobody', StateValue: 'OK', StateReason: 'x' })
    await expect(client.send(set)).rejects.toMatchObject({ name: 'ResourceNotFound' })
  })
})
