import type { Mark } from '#lib/domain/mark.ts'
import type { Reading } from '#lib/domain/reading.ts'
import type { Sample } from '#lib/domain/sample.ts'
import { defineSource, SourceError, type PollContext, type PollResult } from './define-source.ts'
import { mapBounded } from './map-bounded.ts'
import { readSentryCursor, type SentryCursor, type SentryRange } from './sentry-cursor.ts'
import { readLiveErrors, readPastErrors, type SentryRead } from './sentry-errors.ts'
import { listWatchedProjects } from './sentry-projects.ts'
import { listReleaseMarks, type ToldReleases } from './sentry-releases.ts'

const CONCURRENCY = 4
/** What is older when it is first seen is history: nobody is alerted about it. */
const FRESH_MS = 15 * 60_000
/** Scopes of gaps that are no project. */
const HISTORY = 'history'
const RELEASES = 'releases'

export const sentry = defineSource({
  id: 'sentry',
  title: 'Sentry',
  teaches: 'how many errors each service reports, which releases there were, and which service reports nothing at all',
  permissions: ['org:read', 'project:read', 'event:read'],
  missing: (env) => {
    if (env.SENTRY_ORG === undefined) return 'SENTRY_ORG is not set: set it to the slug of the Sentry organisation.'
    if (env.SENTRY_AUTH_TOKEN !== undefined) return null
    return 'SENTRY_AUTH_TOKEN is not set: make an internal integration in Sentry with org:read, project:read and event:read, and set its token.'
  },
  everySeconds: (settings) => settings.sources.sentry.everySeconds,
  poll,
})

/** Live readings and history take turns, each committed by itself, so that the live part never waits for more than one call. */
async function poll(context: PollContext): Promise<PollResult> {
  const cursor = readSentryCursor(context.cursor)
  const halfBeatMs = context.settings.sources.sentry.everySeconds * 500
  const isLiveDue = cursor.liveAtMs === null || context.nowMs() - cursor.liveAtMs >= halfBeatMs
  const [range] = inTurn(cursor.backfill)
  return isLiveDue || range === undefined ? pollLive(context, cursor) : pollHistory(context, cursor, range)
}

async function pollLive(context: PollContext, cursor: SentryCursor): Promise<PollResult> {
  const liveAtMs = context.nowMs()
  const watched = await listWatchedProjects(context)
  const reads = await mapBounded(watched.projects, CONCURRENCY, (project) =>
    readLiveErrors(context, project, cursor.projects[project.slug] ?? null),
  )
  throwWhenAllFailed(reads)
  const slugs = new Set(watched.projects.map((project) => project.slug))
  const releases = await readReleases(context, slugs, cursor)
  const told = reads.flatMap((read) => (read.kind === 'told' ? [read] : []))
  const backfill = [...cursor.backfill, ...told.flatMap((read) => read.range ?? [])]
  const history = cursor.gaps[HISTORY]
  const gaps = {
    ...(history === undefined || backfill.length === 0 ? {} : { [HISTORY]: history }),
    ...watched.gaps,
    ...Object.fromEntries(reads.flatMap((read) => (read.kind === 'failed' ? [[read.slug, read.failure]] : []))),
    ...(releases instanceof SourceError ? { [RELEASES]: { reason: releases.reason, message: releases.message } } : {}),
  }
  return {
    readings: [
      ...sampleReadings(
        context,
        told.flatMap((read) => read.samples),
      ),
      ...(releases instanceof SourceError ? [] : markReadings(context, releases.marks)),
      ...gapReadings(context, gaps),
    ],
    cursor: {
      projects: { ...cursor.projects, ...Object.fromEntries(told.map((read) => [read.slug, read.progress])) },
      backfill,
      marks: releases instanceof SourceError ? cursor.marks : releases.keys,
      liveAtMs,
      gaps,
    },
    hasMore: backfill.length > 0,
  }
}

async function pollHistory(context: PollContext, cursor: SentryCursor, range: SentryRange): Promise<PollResult> {
  const others = cursor.backfill.filter((one) => one !== range)
  const { [HISTORY]: history, ...known } = cursor.gaps
  const isOtherFailing = others.some((one) => one.failedAtMs !== undefined)
  const gaps = history !== undefined && isOtherFailing ? cursor.gaps : known
  try {
    const past = await readPastErrors(context, range)
    const backfill = past.range.toMs <= past.range.fromMs ? others : [...others, past.range]
    const { samples } = past
    return {
      readings: [
        ...(samples.length === 0 ? [] : [{ kind: 'samples', samples, isBackfill: true } as const]),
        ...gapReadings(context, gaps),
      ],
      cursor: { ...cursor, backfill, gaps },
      hasMore: backfill.length > 0,
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    const { reason, message } = error
    const all = { ...gaps, [HISTORY]: { reason, message } }
    const backfill = [...others, { ...range, failedAtMs: context.nowMs() }]
    return { readings: gapReadings(context, all), cursor: { ...cursor, backfill, gaps: all }, hasMore: false }
  }
}

/** Newest first; one that failed waits until the others have had their turn, so that it never blocks them. */
function inTurn(ranges: readonly SentryRange[]): readonly SentryRange[] {
  return ranges.toSorted((a, b) => (a.failedAtMs ?? 0) - (b.failedAtMs ?? 0) || b.toMs - a.toMs)
}

async function readReleases(
  context: PollContext,
  slugs: ReadonlySet<string>,
  cursor: SentryCursor,
): Promise<ToldReleases | SourceError> {
  try {
    return await listReleaseMarks(context, slugs, cursor.marks)
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}

function throwWhenAllFailed(reads: readonly SentryRead[]): void {
  const [first] = reads
  if (first?.kind === 'failed' && reads.every((read) => read.kind === 'failed')) {
    throw new SourceError(first.failure.reason, first.failure.message)
  }
}

function sampleReadings(context: PollContext, samples: readonly Sample[]): readonly Reading[] {
  return [true, false].flatMap((isBackfill): Reading[] => {
    const part = samples.filter((sample) => sample.atMs < context.nowMs() - FRESH_MS === isBackfill)
    return part.length === 0 ? [] : [{ kind: 'samples', samples: part, isBackfill }]
  })
}

function markReadings(context: PollContext, marks: readonly Mark[]): readonly Reading[] {
  return [true, false].flatMap((isBackfill): Reading[] => {
    const part = marks.filter((mark) => mark.atMs < context.nowMs() - FRESH_MS === isBackfill)
    return part.length === 0 ? [] : [{ kind: 'marks', marks: part, isBackfill }]
  })
}

/** Every poll tells all gaps that hold, also those of the part that it did not ask for. */
function gapReadings(context: PollContext, gaps: SentryCursor['gaps']): readonly Reading[] {
  return Object.entries(gaps).map(([scope, { reason, message }]) => ({
    kind: 'gap',
    scope,
    reason,
    message,
    atMs: context.nowMs(),
  }))
}
