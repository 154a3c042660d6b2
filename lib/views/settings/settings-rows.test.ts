import { describe, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import { readSettings } from '#lib/config/load-settings.ts'
import { callRows } from './call-rows.ts'
import { environmentRows, settingRows } from './setting-rows.ts'

describe('the environment', () => {
  const rows = environmentRows(
    readEnv({
      SPILLWAY_SECRET: 's'.repeat(40),
      DATABASE_URL: 'postgresql://spillway:hunter2@db/spillway',
      SENTRY_URL: 'https://me:hunter2@sentry.example',
      AWS_REGION: 'eu-west-2',
    }),
  )
  const of = (key: string): unknown => rows.find((row) => row.key === key)

  test('shows of a secret only that it is set', () => {
    expect(of('SPILLWAY_SECRET')).toMatchObject({ value: 'set', origin: 'environment' })
    expect(of('DATABASE_URL')).toMatchObject({ value: 'set', origin: 'environment' })
    expect(of('SENTRY_AUTH_TOKEN')).toMatchObject({ value: 'not set', origin: 'not set' })
    expect(JSON.stringify(rows)).not.toMatch(/hunter2|ssss/)
  })

  test('says where each value came from and what it is for', () => {
    expect(of('AWS_REGION')).toMatchObject({ value: 'eu-west-2', origin: 'environment' })
    expect(of('SPILLWAY_ROLE')).toMatchObject({ value: 'all', origin: 'default' })
    expect(of('SENTRY_URL')).toMatchObject({ value: 'https://sentry.example' })
    expect(rows.every(({ about }) => about !== '')).toBe(true)
  })
})

describe('the settings', () => {
  const file = readSettings(
    `
team: { name: Blue }
sources:
  sqs: { everySeconds: 1 }
  cloudwatch-metrics: { everySeconds: 600 }
flow:
  - { queue: profile-created, service: sync, profilesIn: true }
  - { queue: request.fifo }
`,
    '/etc/spillway.yaml',
  )
  const rows = settingRows(file)
  const of = (key: string): unknown => rows.find((row) => row.key === key)

  test('are one row a value, with where it came from', () => {
    expect(of('team.name')).toMatchObject({
      value: 'Blue',
      origin: 'spillway.yaml',
      about: 'Name of the team in the header.',
    })
    expect(of('team.timeZone')).toMatchObject({ value: 'Europe/London', origin: 'default' })
    expect(of('sources.cloudwatch-metrics.everySeconds')).toMatchObject({ value: '600', origin: 'spillway.yaml' })
    expect(of('sources.sqs.queuePrefixes')).toMatchObject({ value: 'none', origin: 'default' })
  })

  test('name each entry of a table of the file’s own', () => {
    const { settings, given } = readSettings(
      'sources: { email-outcomes: { queueUrl: "http://127.0.0.1/outcomes", statuses: { GONE: failed } } }',
      'x.yaml',
    )
    expect(settingRows({ settings, given })).toContainEqual(
      expect.objectContaining({
        key: 'sources.email-outcomes.statuses.GONE',
        value: 'failed',
        origin: 'spillway.yaml',
      }),
    )
  })

  test('a value that cannot be used is the default, not the file’s', () => {
    expect(file.problems).toHaveLength(1)
    expect(of('sources.sqs.everySeconds')).toMatchObject({ value: '30', origin: 'default' })
  })

  test('stages of the flow stand one by one', () => {
    expect(of('flow[0].queue')).toMatchObject({
      value: 'profile-created',
      origin: 'spillway.yaml',
      about: 'Name of the SQS queue.',
    })
    expect(of('flow[0].profilesIn')).toMatchObject({ value: 'yes', origin: 'spillway.yaml' })
    expect(of('flow[1].profilesIn')).toMatchObject({ value: 'no', origin: 'default' })
    expect(of('flow[1].service')).toMatchObject({ value: 'not set', origin: 'not set' })
  })

  test('what is left out says so, with what it is for', () => {
    expect(of('sources.email-outcomes')).toMatchObject({ value: 'not set', origin: 'not set' })
    expect(rows.every(({ about }) => about !== '')).toBe(true)
  })
})

const call = (service: string, operation: string, count: number, day = '2024-11-07') => ({
  service,
  operation,
  count,
  day,
})

describe('upstream calls', () => {
  const nowMs = Date.UTC(2024, 10, 7, 6)

  test('of yesterday count by the share of it that lies within 24 hours', () => {
    const rows = callRows(
      [
        call('sentry', 'projects', 100),
        call('sentry', 'projects', 400, '2024-11-06'),
        call('sentry', 'projects', 9, '2024-11-05'),
      ],
      { nowMs, queueCounts: [1], sinceMs: null },
    )
    expect(rows).toEqual([{ service: 'sentry', operation: 'projects', last24h: 400, monthUsd: null }])
  })

  test('50 queues read every 30 seconds cost about 1.33 dollars a month', () => {
    const day = (50 * 86_400) / 30
    const [row] = callRows([call('sqs', 'GetQueueAttributes', day)], { nowMs, queueCounts: [50], sinceMs: null })
    expect(row?.monthUsd).toBeCloseTo(1.33, 2)
  })

  test('GetMetricData costs by the metric: four for each of 50 queues every five minutes', () => {
    const rows = callRows([call('cloudwatch', 'GetMetricData', 288), call('cloudwatch', 'DescribeAlarms', 1440)], {
      nowMs,
      queueCounts: [50],
      sinceMs: null,
    })
    expect(rows[0]?.monthUsd).toBeCloseTo(17.28, 2)
    expect(rows[1]?.monthUsd).toBe(0)
  })

  test('in its first hour a month is worked out from the time that Spillway has run', () => {
    const hourMs = 3_600_000
    const calls = [call('cloudwatch', 'GetMetricData', 12)]
    const rows = callRows(calls, { nowMs, queueCounts: [50], sinceMs: nowMs - hourMs })
    expect(rows[0]).toMatchObject({ last24h: 12 })
    expect(rows[0]?.monthUsd).toBeCloseTo(17.28, 2)
  })

  test('200 queues need two calls, each for half of the metrics', () => {
    const [row] = callRows([call('cloudwatch', 'GetMetricData', 576)], { nowMs, queueCounts: [200], sinceMs: null })
    expect(row?.monthUsd).toBeCloseTo(69.12, 2)
  })

  test('the free million is shared, and never makes a price negative', () => {
    const rows = callRows([call('sqs', 'GetQueueAttributes', 90_000), call('sqs', 'ReceiveMessage', 10_000)], {
      nowMs,
      queueCounts: [1],
      sinceMs: null,
    })
    expect(rows.map(({ monthUsd }) => Math.round((monthUsd ?? 0) * 100) / 100)).toEqual([0.72, 0.08])
  })
})
