import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { replaceAlarms } from '#lib/store/alarms.ts'
import { closeGap, openGap } from '#lib/store/gaps.ts'
import { insertMarks } from '#lib/store/marks.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { insertSamples } from '#lib/store/samples.ts'
import { sourceState } from '#lib/store/schema.ts'
import { recordFailure } from '#lib/store/source-states.ts'
import { aMark, anAlarm, aQueue } from '#lib/testing/builders.ts'
import { describeStores } from '#lib/testing/test-stores.ts'
import { loadQueue } from './query.ts'
import { loadQueues } from '#lib/views/queues/query.ts'
import {
  at,
  contextOf,
  DAY,
  depth,
  live,
  NOW,
  QUEUES,
  storeHealthy,
  storeLeak,
} from '#lib/views/fixtures/stored-system.ts'

describeStores('charts and facts of a queue', ({ db }) => {
  beforeEach(() => db().transaction(storeHealthy))

  test('draws a hole where nothing was read, with the reason, and says that SQS keeps no history', async () => {
    await db().transaction(async (tx) => {
      await openGap(tx, { source: 'sqs', scope: '*', reason: 'timeout', message: 'x', fromMs: at('14:10') })
      await closeGap(tx, { source: 'sqs', scope: '*', toMs: at('14:50') })
    })
    const { depthChart } = await loadQueue({ name: 'reports', range: '6h' }, contextOf(db()))
    const [visible] = depthChart.series
    expect(visible?.points.map(([, value]) => value)).toEqual([0, null, 0])
    expect(depthChart.gaps).toEqual([{ fromMs: at('14:10'), toMs: at('14:50'), reason: 'SQS: no answer in time' }])
    expect(depthChart.note).toBe('SQS keeps no history: it begins at 14:00, when Spillway first read this queue.')
  })

  test('a hole that no gap explains says that Spillway was not running', async () => {
    const { depthChart } = await loadQueue({ name: 'reports', range: '6h' }, contextOf(db()))
    expect(depthChart.gaps).toMatchObject([{ reason: 'Not read: Spillway was not running' }])
  })

  test('a gap that CloudWatch has filled since is not drawn, one that it has not is', async () => {
    await db().transaction(async (tx) => {
      for (const [from, to] of [
        ['14:40', '14:53'],
        ['12:00', '12:30'],
      ] as const) {
        await openGap(tx, {
          source: 'cloudwatch-metrics',
          scope: '*',
          reason: 'throttled',
          message: 'x',
          fromMs: at(from),
        })
        await closeGap(tx, { source: 'cloudwatch-metrics', scope: '*', toMs: at(to) })
      }
    })
    const { flowChart } = await loadQueue({ name: 'profile-created', range: '6h' }, contextOf(db()))
    expect(flowChart.gaps.map(({ fromMs }) => fromMs)).toEqual([at('12:00')])
    expect(flowChart.series.find(({ id }) => id === 'sent')?.points.map(([, value]) => value)).toEqual([4, null, 3])
  })

  test('marks carry deploys and when findings began', async () => {
    await db().transaction(async (tx) => {
      await insertMarks(tx, [aMark({ atMs: at('09:06') }), aMark({ atMs: NOW - 3 * DAY, title: 'older' })])
      await storeLeak(tx)
    })
    const { flowChart } = await loadQueue({ name: 'profile-created', range: '24h' }, contextOf(db()))
    expect(flowChart.marks).toEqual([
      { atMs: at('09:06'), kind: 'deploy', title: 'sync 1.18.2 deployed' },
      { atMs: at('14:21'), kind: 'finding', title: 'profile-created: 6 sent, 0 processed' },
    ])
  })

  test('says what watches the queue and what does not', async () => {
    await db().transaction((tx) =>
      replaceAlarms(tx, [anAlarm({ name: 'deaf', queue: 'request-dlq.fifo', actionsEnabled: false })], NOW),
    )
    const watchOf = async (name: string): Promise<readonly (readonly [string, string])[]> =>
      (await loadQueue({ name, range: '1h' }, contextOf(db()))).watch.map(({ label, truth }) => [label, truth])
    expect(await watchOf('profile-created')).toEqual([
      ['Dead-letter queue', 'bad'],
      ['CloudWatch alarm', 'bad'],
      ['Sent against processed', 'ok'],
    ])
    expect(await watchOf('request-dlq.fifo')).toEqual([
      ['CloudWatch alarm', 'bad'],
      ['Sent against processed', 'unknown'],
    ])
  })

  test('takes a dead-letter queue that no list of queues has for no protection', async () => {
    await db().transaction(async (tx) => {
      const queue = aQueue({ name: 'request.fifo', dlqArn: aQueue({ name: 'gone-dlq.fifo' }).arn, maxReceiveCount: 3 })
      await upsertQueues(tx, [queue], NOW, false)
    })
    const { watch } = await loadQueue({ name: 'request.fifo', range: '1h' }, contextOf(db()))
    expect(watch[0]).toMatchObject({ truth: 'unknown', note: expect.stringContaining('gone-dlq.fifo') })
  })

  test('says that alarms are not known while they are not read', async () => {
    const unknownNow = async (): Promise<string | null> =>
      (await loadQueue({ name: 'reports', range: '1h' }, contextOf(db()))).alarmsUnknown
    expect(await unknownNow()).toBeNull()
    await db().transaction((tx) => recordFailure(tx, 'cloudwatch-alarms', NOW, 'timeout', 'CloudWatch gave no answer.'))
    expect(await unknownNow()).toBe('CloudWatch gave no answer.')
  })

  test('does not speak of alarms that were never seen as if they had been', async () => {
    await db().orm.delete(sourceState).where(eq(sourceState.source, 'cloudwatch-alarms'))
    await db().transaction((tx) => recordFailure(tx, 'cloudwatch-alarms', NOW, 'denied', 'Access was denied.'))
    const { watch } = await loadQueue({ name: 'reports', range: '1h' }, contextOf(db()))
    expect(watch.find(({ label }) => label === 'CloudWatch alarm')).toMatchObject({
      truth: 'unknown',
      note: 'Access was denied.',
    })
  })

  test('tells the inventory’s facts, with nothing made up for what SQS did not tell', async () => {
    const { facts } = await loadQueue({ name: 'request.fifo', range: '1h' }, contextOf(db()))
    const byLabel = new Map(facts.map(({ label, value }) => [label, value]))
    expect(byLabel.get('Kind')).toBe('FIFO')
    expect(byLabel.get('Dead-letter queue')).toBe('request-dlq.fifo')
    expect(byLabel.get('Receives before a message is a dead letter')).toBe('3')
    expect(byLabel.get('Retention')).toBe('4 d')
  })

  test('a queue that is gone is still shown, as gone', async () => {
    await db().transaction((tx) =>
      upsertQueues(
        tx,
        QUEUES.filter(({ name }) => name !== 'reports'),
        at('14:59'),
        true,
      ),
    )
    const later = contextOf(db(), { nowMs: NOW })
    await db().transaction((tx) =>
      upsertQueues(
        tx,
        QUEUES.filter(({ name }) => name !== 'reports'),
        NOW,
        true,
      ),
    )
    const page = await loadQueue({ name: 'reports', range: '1h' }, later)
    expect(page.headline.text).toBe('reports is gone from SQS since 15:00.')
    expect(page.row.truth).toBe('unknown')
    expect((await loadQueues(later)).rows.map(({ name }) => name)).not.toContain('reports')
  })

  test('a name that SQS never told is not found', async () => {
    await expect(loadQueue({ name: 'nope', range: '1h' }, contextOf(db()))).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each(['1h', '6h', '24h', '7d', '30d', '90d'] as const)(
    'no chart of %s holds more than 300 points, and the peak stays',
    async (range) => {
      const step = { '1h': 15, '6h': 60, '24h': 300, '7d': 1800, '30d': 7200, '90d': 21_600 }[range] * 1000
      const samples = Array.from({ length: 500 }, (_, n) =>
        depth('reports', NOW - n * step, n === 77 ? 9999 : 1),
      ).flat()
      await db().transaction((tx) => insertSamples(tx, samples, live))
      const page = await loadQueue({ name: 'reports', range }, contextOf(db()))
      for (const { series } of [page.depthChart, page.flowChart, page.ageChart])
        for (const { points } of series) expect(points.length).toBeLessThanOrEqual(300)
      const visible = page.depthChart.series[0]?.points ?? []
      expect(Math.max(...visible.map(([, value]) => value ?? 0))).toBe(9999)
      expect(visible.every(([atMs]) => atMs >= page.depthChart.fromMs && atMs <= page.depthChart.toMs)).toBe(true)
    },
  )
})
