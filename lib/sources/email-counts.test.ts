import { afterAll, expect, test } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import type { SettingsInput } from '#lib/config/settings.ts'
import { emailCounts } from './email-counts.ts'
import { makeContext, readingsOf, storedCursor, useEndpoints } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream, type Answer, type Asked } from './fixtures/start-upstream.ts'

afterAll(() => closeAwsClients())

const NOW = Date.parse('2026-11-22T09:00:30Z')
const MINUTE = 60_000
const DAY = 86_400_000
const seconds = (text: string): number => Date.parse(text) / 1_000

const settings: SettingsInput = {
  sources: {
    'email-counts': {
      backfillDays: 2,
      metrics: [
        { counts: 'no_email_address', namespace: 'TIS/Logs', name: 'NoEmailAddress' },
        { counts: 'attempted', namespace: 'TIS/Logs', name: 'Attempted', dimensions: { service: 'notifications' } },
        { counts: 'attempted', namespace: 'TIS/Logs', name: 'AttemptedElsewhere' },
      ],
    },
  },
}

interface Query {
  readonly Id: string
  readonly MetricStat: { readonly Metric: { readonly MetricName: string } }
}

/** Answers each metric with what is said for its name; nothing for others. */
function answering(
  points: Readonly<Record<string, readonly (readonly [at: string, value: number])[]>>,
  status = 'Complete',
) {
  return ({ body }: Asked): Answer =>
    awsAnswer({
      MetricDataResults: JSON.parse(body).MetricDataQueries.map(({ Id, MetricStat }: Query) => {
        const told = points[MetricStat.Metric.MetricName] ?? []
        return {
          Id,
          StatusCode: MetricStat.Metric.MetricName === 'Attempted' ? status : 'Complete',
          Timestamps: told.map(([at]) => seconds(at)),
          Values: told.map(([, value]) => value),
        }
      }),
    })
}

test('tells history a day at a time, then each minute as it comes, and adds what counts the same', async () => {
  await using upstream = await startUpstream(
    answering({
      NoEmailAddress: [['2026-11-20T09:00:00Z', 3]],
      Attempted: [
        ['2026-11-20T09:00:00Z', 40],
        ['2026-11-22T08:58:00Z', 2],
      ],
      AttemptedElsewhere: [['2026-11-20T09:00:00Z', 5]],
    }),
  )
  useEndpoints({ cloudwatch: upstream.url })
  const context = makeContext({ settings, nowMs: () => NOW })
  const first = await emailCounts.poll(context)
  expect(readingsOf(first, 'samples')).toEqual([
    {
      kind: 'samples',
      isBackfill: true,
      samples: [
        { series: 'emails/no_email_address/count', atMs: Date.parse('2026-11-20T09:00:00Z'), value: 3 },
        { series: 'emails/attempted/count', atMs: Date.parse('2026-11-20T09:00:00Z'), value: 45 },
      ],
    },
    {
      kind: 'samples',
      isBackfill: false,
      samples: [{ series: 'emails/attempted/count', atMs: Date.parse('2026-11-22T08:58:00Z'), value: 2 }],
    },
  ])
  expect(first).toMatchObject({ hasMore: true })
  const asked = JSON.parse(upstream.asked[0]?.body ?? '{}')
  const minute = NOW - 30_000
  expect([asked.StartTime * 1_000, asked.EndTime * 1_000]).toEqual([minute - 2 * DAY, minute - DAY])
  expect(asked.MetricDataQueries[1]).toMatchObject({
    MetricStat: { Stat: 'Sum', Period: 60, Metric: { Dimensions: [{ Name: 'service', Value: 'notifications' }] } },
  })

  let last = first
  for (let polls = 0; last.hasMore === true; polls += 1) {
    expect(polls).toBeLessThan(4)
    last = await emailCounts.poll({ ...context, cursor: storedCursor(last) })
  }
  expect(last.cursor).toEqual({ readToMs: minute })
  await emailCounts.poll({ ...context, cursor: storedCursor(last) })
  const again = JSON.parse(upstream.asked.at(-1)?.body ?? '{}')
  expect([again.StartTime * 1_000, again.EndTime * 1_000]).toEqual([minute - 15 * MINUTE, minute])
})

test('a metric that CloudWatch does not tell whole is a gap, and the same stretch is asked for again', async () => {
  await using upstream = await startUpstream(
    answering({ NoEmailAddress: [['2026-11-22T08:59:00Z', 1]] }, 'InternalError'),
  )
  useEndpoints({ cloudwatch: upstream.url })
  const cursor = { readToMs: NOW - 30_000 - MINUTE }
  const result = await emailCounts.poll({ ...makeContext({ settings, nowMs: () => NOW }), cursor })
  expect(readingsOf(result, 'gap')).toMatchObject([{ scope: 'Attempted', reason: 'unreachable' }])
  expect(readingsOf(result, 'samples')).toMatchObject([{ samples: [{ value: 1 }] }])
  expect(result).toMatchObject({ cursor, hasMore: false })
})
