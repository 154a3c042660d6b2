import { z } from 'zod'
import { askSentry } from './ask-sentry.ts'
import { SourceError, type PollContext } from './define-source.ts'
import type { SentryProject } from './sentry-projects.ts'

/** Below this a timestamp is in seconds. */
const SECONDS_BELOW = 100_000_000_000

const answerSchema = z.object({
  timeSeries: z.array(
    z.object({
      values: z.array(
        z.object({
          timestamp: z.number().transform((at) => (at < SECONDS_BELOW ? at * 1_000 : at)),
          value: z.number().nullable(),
          incomplete: z.boolean().nullish(),
        }),
      ),
    }),
  ),
})

export interface SentryWindow {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
  readonly bucketSeconds: 60 | 3_600
}

export interface SentryCounts {
  /** Final counts, oldest first; a zero is one that Sentry told. */
  readonly buckets: readonly { readonly atMs: number; readonly count: number }[]
  /** Start of the first bucket that Sentry is still filling or did not tell; the window's end when all are final. */
  readonly finalToMs: number
}

/** Asks for one project's errors by bucket. Asked alone, since a grouped answer leaves quiet projects out and so cannot tell a zero. */
export async function getErrorCounts(
  context: PollContext,
  project: Pick<SentryProject, 'id' | 'slug'>,
  { fromMs, toMs, bucketSeconds }: SentryWindow,
): Promise<SentryCounts> {
  const { value } = await askSentry(context, {
    resource: 'events-timeseries',
    query: {
      dataset: 'errors',
      yAxis: 'count()',
      interval: String(bucketSeconds),
      project: project.id,
      environment: context.settings.sources.sentry.environment,
      start: utcText(fromMs),
      end: utcText(toMs),
    },
    scope: 'event:read',
    schema: answerSchema,
  })
  const [series] = value.timeSeries
  if (series === undefined) {
    throw new SourceError('invalid-answer', `Sentry gave no series for ${project.slug}: that is not a count of zero.`)
  }
  const values = series.values
    .filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs)
    .toSorted((a, b) => a.timestamp - b.timestamp)
  throwOnOtherBuckets(values, project.slug, bucketSeconds)
  const open = values.find((bucket) => bucket.incomplete === true || bucket.value === null)
  const finalToMs = open?.timestamp ?? toMs
  return {
    finalToMs,
    buckets: values.flatMap(({ timestamp, value: count }) =>
      timestamp < finalToMs && count !== null ? [{ atMs: timestamp, count }] : [],
    ),
  }
}

/** Sentry quietly takes another width when it does not like the one asked for; its counts would then be told twice. */
function throwOnOtherBuckets(
  values: readonly { readonly timestamp: number }[],
  slug: string,
  bucketSeconds: number,
): void {
  const bucketMs = bucketSeconds * 1_000
  const isAsAsked = values.every(({ timestamp }) => timestamp % bucketMs === 0)
  const [first, second] = values
  const isOtherStep = first !== undefined && second !== undefined && second.timestamp - first.timestamp !== bucketMs
  if (isAsAsked && !isOtherStep) return
  throw new SourceError(
    'invalid-answer',
    `Sentry gave other buckets for ${slug} than the ${bucketSeconds} s asked for.`,
  )
}

/** Sentry reads a time without a zone as UTC. */
function utcText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19)
}
