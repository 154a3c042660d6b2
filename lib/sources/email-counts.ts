import { GetMetricDataCommand, type GetMetricDataOutput, type MetricDataResult } from '@aws-sdk/client-cloudwatch'
import { z } from 'zod'
import { getCloudWatchClient } from '#lib/aws/clients.ts'
import { awsReach } from '#lib/aws/places.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { seriesOf, type Sample } from '#lib/domain/sample.ts'
import { askAws } from './ask-aws.ts'
import { missingRegion } from './aws-region.ts'
import { defineSource, SourceError, type Cursor, type PollContext, type PollResult } from './define-source.ts'
import { failureOf } from './get-metric-data.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Logs arrive late and change a minute that was counted: so much is asked again each time. */
const LATE_MS = 15 * MINUTE_MS
/** Of one question, so that its answer stays small. */
const MOST_MS = DAY_MS
/** Far above what the most metrics can fill; ends a server that pages for ever. */
const MOST_PAGES = 200

type CountSettings = NonNullable<Settings['sources']['email-counts']>

const cursorSchema = z.object({ readToMs: z.number() })

export const emailCounts = defineSource({
  id: 'email-counts',
  title: 'E-mail counts',
  teaches: 'how many e-mails went out or failed, from the logs alone, where no personal data may leave the senders',
  permissions: ['cloudwatch:GetMetricData'],
  isOptional: true,
  missing: (env, settings) =>
    settings.sources['email-counts'] === undefined
      ? 'sources.email-counts is not set: name metrics of CloudWatch log-metric filters in spillway.yaml.'
      : missingRegion(env),
  everySeconds: (settings) => settings.sources['email-counts']?.everySeconds ?? MINUTE_MS / 1_000,
  poll,
})

/** A day of every metric at most, from where the last poll ended; a minute without a point stays without one, since no data is not zero. */
async function poll(context: PollContext): Promise<PollResult> {
  const settings = context.settings.sources['email-counts']
  if (settings === undefined) throw new SourceError('internal', 'sources.email-counts is not set.')
  const nowMs = Math.floor(context.nowMs() / MINUTE_MS) * MINUTE_MS
  const readToMs = readToOf(context.cursor)
  const fromMs = readToMs === null ? nowMs - Math.max(settings.backfillDays * DAY_MS, LATE_MS) : readToMs - LATE_MS
  const toMs = Math.min(nowMs, fromMs + MOST_MS)
  if (toMs <= fromMs) return { readings: [], cursor: context.cursor }
  const results = await askAll(context, settings, { fromMs, toMs })
  const gaps = gapsOf(settings, results, context.nowMs())
  const samples = samplesOf(settings, results)
  const isOld = ({ atMs }: Sample): boolean => atMs < nowMs - LATE_MS
  const readings: Reading[] = [
    { kind: 'samples', samples: samples.filter(isOld), isBackfill: true },
    { kind: 'samples', samples: samples.filter((sample) => !isOld(sample)), isBackfill: false },
  ]
  return {
    readings: [...readings.filter((reading) => reading.kind !== 'samples' || reading.samples.length > 0), ...gaps],
    // What is not whole is asked for again.
    cursor: gaps.length > 0 ? context.cursor : { readToMs: toMs },
    hasMore: gaps.length === 0 && toMs < nowMs,
  }
}

function readToOf(cursor: Cursor | null): number | null {
  const parsed = cursorSchema.safeParse(cursor)
  return parsed.success ? parsed.data.readToMs : null
}

interface Window {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

async function askAll(context: PollContext, settings: CountSettings, window: Window): Promise<MetricDataResult[]> {
  const results: MetricDataResult[] = []
  let next: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await askPage(context, settings, { ...window, next })
    results.push(...(answer.MetricDataResults ?? []))
    next = answer.NextToken
    if (next === undefined) break
  }
  return results
}

function askPage(
  context: PollContext,
  { metrics }: CountSettings,
  { fromMs, toMs, next }: Window & { readonly next: string | undefined },
): Promise<GetMetricDataOutput> {
  const command = new GetMetricDataCommand({
    MetricDataQueries: metrics.map(({ namespace, name, dimensions }, at) => ({
      Id: idOf(at),
      MetricStat: {
        Metric: {
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: MINUTE_MS / 1_000,
        Stat: 'Sum',
      },
    })),
    StartTime: new Date(fromMs),
    EndTime: new Date(toMs),
    ScanBy: 'TimestampAscending',
    ...(next === undefined ? {} : { NextToken: next }),
  })
  const client = getCloudWatchClient(awsReach(context.env, context.settings).home)
  const call = { service: 'CloudWatch', operation: 'GetMetricData', permission: 'cloudwatch:GetMetricData' } as const
  return askAws(call, context, () => client.send(command))
}

function idOf(at: number): string {
  return `c${at}`
}

function gapsOf({ metrics }: CountSettings, results: readonly MetricDataResult[], atMs: number): Reading[] {
  return metrics.flatMap(({ name }, at) => {
    const failure = failureOf(
      results.filter(({ Id }) => Id === idOf(at)),
      name,
    )
    return failure === null ? [] : [{ kind: 'gap', scope: name, ...failure, atMs } as const]
  })
}

/** Metrics that count the same thing, as those of several services, are added. */
function samplesOf({ metrics }: CountSettings, results: readonly MetricDataResult[]): Sample[] {
  const samples = new Map<string, Sample>()
  for (const [at, { counts }] of metrics.entries())
    for (const { Timestamps = [], Values = [] } of results.filter(({ Id }) => Id === idOf(at)))
      for (const [index, timestamp] of Timestamps.entries()) {
        const value = Values[index]
        if (value === undefined || !Number.isFinite(value)) continue
        const sample = { series: seriesOf.emailCount(counts), atMs: timestamp.getTime(), value }
        const key = `${sample.atMs} ${counts}`
        samples.set(key, { ...sample, value: value + (samples.get(key)?.value ?? 0) })
      }
  return [...samples.values()]
}
