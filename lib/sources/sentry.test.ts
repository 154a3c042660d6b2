import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RequestLog } from '#world/request-log.ts'
import { startSentryServer, type SentryServer } from '#world/sentry/server.ts'
import type { PollResult } from './define-source.ts'
import { makeContext, readingsOf, storedCursor } from './fixtures/make-context.ts'
import { startUpstream, type Answer } from './fixtures/start-upstream.ts'
import { sentry } from './sentry.ts'

// Real HTTP with real waiting between attempts, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 })

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const START_MS = Date.parse('2026-11-22T09:17:00Z')

let nowMs: number
let log: RequestLog
let server: SentryServer

beforeEach(async () => {
  nowMs = START_MS
  log = new RequestLog()
  server = await startServer(false)
})
afterEach(() => server.stop())

function startServer(hasPast: boolean): Promise<SentryServer> {
  return startSentryServer({ log, seed: 1, hasPast, ingestDelayMs: 90_000, now: () => nowMs })
}

let events = 0
function addError(projectId: string, atMs: number, environment = 'demo'): void {
  events += 1
  server.store.addEvent({
    eventId: String(events),
    projectId,
    atMs,
    environment,
    release: null,
    level: 'error',
    title: 'Error: no',
    culprit: 'x',
    outcome: 'accepted',
  })
}

interface PollOptions {
  readonly after?: PollResult
  readonly backfillDays?: number
  readonly flow?: readonly string[]
  readonly url?: string
}

function contextOf({ after, backfillDays = 0, flow = ['tis-trainee-sync'], url = server.url }: PollOptions) {
  const context = makeContext({
    settings: {
      sources: { sentry: { everySeconds: 60, environment: 'demo', backfillDays } },
      flow: flow.map((sentryProject) => ({ queue: 'orders', service: 'sync', sentryProject })),
    },
    sentry: { url, org: server.org, token: server.token },
    nowMs: () => nowMs,
  })
  return { ...context, cursor: after === undefined ? null : storedCursor(after) }
}

const poll = (options: PollOptions = {}): Promise<PollResult> => sentry.poll(contextOf(options))

function countsOf(result: PollResult, isBackfill = false): Map<number, number> {
  const samples = readingsOf(result, 'samples').filter((one) => one.isBackfill === isBackfill)
  return new Map(samples.flatMap((one) => one.samples).map((sample) => [sample.atMs, sample.value]))
}

describe('the count of errors', () => {
  test('is told by minute for the environment that counts, with the zeros that Sentry tells', async () => {
    addError('102', START_MS - 5 * MINUTE_MS + 1_000)
    addError('102', START_MS - 5 * MINUTE_MS + 2_000)
    addError('102', START_MS - 4 * MINUTE_MS, 'preprod')
    addError('103', START_MS - 4 * MINUTE_MS)
    const counts = countsOf(await poll())
    expect(counts.get(START_MS - 5 * MINUTE_MS)).toBe(2)
    expect(counts.get(START_MS - 4 * MINUTE_MS)).toBe(0)
  })

  test('does not take for final what Sentry is still filling', async () => {
    addError('102', START_MS - 30 * MINUTE_MS)
    const first = await poll()
    const lastMs = Math.max(...countsOf(first).keys())
    expect(lastMs).toBe(START_MS - 3 * MINUTE_MS)
    addError('102', START_MS - 2 * MINUTE_MS)
    nowMs += MINUTE_MS
    const second = await poll({ after: first })
    expect(countsOf(second)).toEqual(new Map([[START_MS - 2 * MINUTE_MS, 1]]))
  })

  test('is told again when it has changed, and only then', async () => {
    addError('102', START_MS - 30 * MINUTE_MS)
    const first = await poll()
    addError('102', START_MS - 4 * MINUTE_MS)
    nowMs += MINUTE_MS
    const counts = countsOf(await poll({ after: first }))
    expect(counts).toEqual(
      new Map([
        [START_MS - 4 * MINUTE_MS, 1],
        [START_MS - 2 * MINUTE_MS, 0],
      ]),
    )
  })

  test('of a minute older than 15 minutes at first sight is history', async () => {
    addError('102', START_MS - 30 * MINUTE_MS)
    const result = await poll()
    expect(countsOf(result, true).get(START_MS - 30 * MINUTE_MS)).toBe(1)
    expect(Math.min(...countsOf(result).keys())).toBe(START_MS - 15 * MINUTE_MS)
  })
})

describe('silence that says nothing', () => {
  test('a project that never sent anything is a gap and not a zero', async () => {
    addError('102', START_MS - 5 * MINUTE_MS)
    const result = await poll({ flow: ['tis-trainee-sync', 'tis-trainee-credentials'] })
    expect(readingsOf(result, 'gap')).toEqual([
      expect.objectContaining({ scope: 'tis-trainee-credentials', reason: 'not-found' }),
    ])
    const series = readingsOf(result, 'samples').flatMap((one) => one.samples.map((sample) => sample.series))
    expect(new Set(series)).toEqual(new Set(['sentry/tis-trainee-sync/demo/errors']))
  })

  test('a project that never sent from the environment that counts is one too, and so is one that does not exist', async () => {
    addError('102', START_MS - 5 * MINUTE_MS)
    const base = contextOf({ flow: ['tis-trainee-sync', 'no-such-project'] })
    const sources = { ...base.settings.sources, sentry: { ...base.settings.sources.sentry, environment: 'prod' } }
    const result = await sentry.poll({ ...base, settings: { ...base.settings, sources } })
    expect(readingsOf(result, 'gap').map(({ scope, message }) => [scope, message])).toEqual([
      ['tis-trainee-sync', expect.stringContaining('environment prod')],
      ['no-such-project', expect.stringContaining('flow.sentryProject')],
    ])
    expect(readingsOf(result, 'samples')).toEqual([])
  })

  test('without a flow every project that has sent is read, and the others are left out', async () => {
    addError('101', START_MS - 5 * MINUTE_MS)
    addError('103', START_MS - 5 * MINUTE_MS)
    const result = await poll({ flow: [] })
    const series = readingsOf(result, 'samples').flatMap((one) => one.samples.map((sample) => sample.series))
    expect(new Set(series)).toEqual(
      new Set(['sentry/tis-trainee-details/demo/errors', 'sentry/tis-trainee-notifications/demo/errors']),
    )
    expect(readingsOf(result, 'gap')).toEqual([])
  })
})

describe('what is past', () => {
  test('the first start fetches the days by hour, up to where the minutes begin', async () => {
    await server.stop()
    server = await startServer(true)
    const first = await poll({ backfillDays: 90 })
    nowMs += 1_000
    const history = await poll({ after: first, backfillDays: 90 })
    expect([first.hasMore, history.hasMore]).toEqual([true, false])
    const past = countsOf(history, true)
    expect(past.size).toBe(
      (Date.parse('2026-11-22T08:00:00Z') - Math.ceil((START_MS - 90 * DAY_MS) / HOUR_MS) * HOUR_MS) / HOUR_MS,
    )
    expect(Math.min(...countsOf(first, true).keys())).toBe(Date.parse('2026-11-22T08:00:00Z'))
    expect([...past.values()].some((count) => count > 0)).toBe(true)
    expect(countsOf(history)).toEqual(new Map())
  })

  test('a downtime of days is filled, hours from hour to hour and minutes at its edge, nothing twice', async () => {
    addError('102', START_MS - 30 * MINUTE_MS)
    const first = await poll({ backfillDays: 1 })
    const before = await fetchAll(first)
    for (let hour = 0; hour < 60; hour += 1) addError('102', START_MS + hour * HOUR_MS + 10 * MINUTE_MS)
    nowMs += 60 * HOUR_MS
    const live = await poll({ after: before.at(-1) ?? first, backfillDays: 10 })
    const rest = await fetchAll(live)
    const told = [live, ...rest].flatMap((result) => [...countsOf(result, true), ...countsOf(result)])
    expect(new Set(told.map(([at]) => at)).size).toBe(told.length)
    expect(told.reduce((sum, [, count]) => sum + count, 0)).toBe(60)
  })
})

async function fetchAll(from: PollResult): Promise<readonly PollResult[]> {
  const results: PollResult[] = []
  let last = from
  while (last.hasMore === true && results.length < 50) {
    nowMs += 10
    last = await poll({ after: last, backfillDays: 10 })
    results.push(last)
  }
  return results
}

describe('releases', () => {
  test('become marks once, those of watched projects only; what was before is history', async () => {
    addError('102', START_MS - 5 * MINUTE_MS)
    server.store.addRelease({ version: 'tis-trainee-sync@1.18.1', projectId: '102', atMs: START_MS - DAY_MS })
    server.store.addRelease({ version: 'tis-trainee-details@2.0.0', projectId: '101', atMs: START_MS - DAY_MS })
    const first = await poll({ backfillDays: 90 })
    server.store.addRelease({ version: 'tis-trainee-sync@1.18.2', projectId: '102', atMs: START_MS + 1_000 })
    nowMs += MINUTE_MS
    const second = await poll({ after: first, backfillDays: 90 })
    nowMs += MINUTE_MS
    const third = await poll({ after: second, backfillDays: 90 })
    expect(readingsOf(first, 'marks')).toEqual([
      {
        kind: 'marks',
        isBackfill: true,
        marks: [
          {
            atMs: START_MS - DAY_MS,
            kind: 'deploy',
            service: 'sync',
            title: 'sync 1.18.1 deployed',
            version: '1.18.1',
          },
        ],
      },
    ])
    expect(readingsOf(second, 'marks')).toEqual([
      expect.objectContaining({
        isBackfill: false,
        marks: [expect.objectContaining({ atMs: START_MS + 1_000, title: 'sync 1.18.2 deployed' })],
      }),
    ])
    expect(readingsOf(third, 'marks')).toEqual([])
  })

  test('that cannot be listed are a gap beside the counts', async () => {
    await using upstream = await startUpstream(({ url }) => replyOf(url, { releases: { status: 500, body: '{}' } }))
    const result = await poll({ url: upstream.url })
    expect(readingsOf(result, 'gap')).toEqual([expect.objectContaining({ scope: 'releases', reason: 'unreachable' })])
    expect(countsOf(result).size).toBeGreaterThan(0)
  })
})

/** Answers like a small Sentry with one project, except for what a test changes. */
function replyOf(url: URL, changes: Readonly<Record<string, Answer>>): Answer {
  const resource = url.pathname.split('/').at(-2) ?? ''
  const project = { id: '102', slug: 'tis-trainee-sync', firstEvent: '2024-01-01T00:00:00Z', environments: ['demo'] }
  const fromMs = Date.parse(`${url.searchParams.get('start')}Z`)
  const minutes = (Date.parse(`${url.searchParams.get('end')}Z`) - fromMs) / MINUTE_MS
  const values = Array.from({ length: minutes || 0 }, (_, index) => ({
    timestamp: fromMs + index * MINUTE_MS,
    value: 0,
  }))
  const bodies: Readonly<Record<string, unknown>> = {
    projects: [project],
    releases: [],
    'events-timeseries': { timeSeries: [{ values }] },
  }
  return changes[resource] ?? { status: 200, body: JSON.stringify(bodies[resource]) }
}

describe('the wire', () => {
  test('follows pages until results is false, with the token and to the configured server only', async () => {
    await using upstream = await startUpstream(({ url }) => {
      if (!url.pathname.endsWith('/projects/')) return replyOf(url, {})
      const isFirst = url.searchParams.get('cursor') === null
      const slug = isFirst ? 'another' : 'tis-trainee-sync'
      const next = `<https://elsewhere.test/api/0/?cursor=0:100:0>; rel="next"; results="${isFirst}"; cursor="0:100:0"`
      return {
        status: 200,
        body: JSON.stringify([{ id: 102, slug, firstEvent: '2024-01-01T00:00:00Z' }]),
        headers: { link: `<https://elsewhere.test/>; rel="previous"; results="false"; cursor="0:0:1", ${next}` },
      }
    })
    const context = contextOf({ url: upstream.url })
    const result = await sentry.poll(context)
    expect(readingsOf(result, 'gap')).toEqual([])
    const projects = upstream.asked.filter(({ url }) => url.pathname.endsWith('/projects/'))
    expect(projects.map(({ url }) => url.searchParams.get('cursor'))).toEqual([null, '0:100:0'])
    expect(projects.every(({ headers }) => headers.authorization === `Bearer ${server.token}`)).toBe(true)
    expect(Object.fromEntries(context.calls)).toEqual({
      'sentry projects': 2,
      'sentry events-timeseries': 1,
      'sentry releases': 1,
    })
  })

  test.each([
    ['no series at all', { timeSeries: [] }, 'not a count of zero'],
    ['buckets of another width', bucketsOf(5 * MINUTE_MS), 'other buckets'],
    [
      'a value that is no number',
      { timeSeries: [{ values: [{ timestamp: START_MS, value: 'many' }] }] },
      'timeSeries.0.values.0.value',
    ],
  ])('%s is an invalid answer', async (_, body, words) => {
    await using upstream = await startUpstream(({ url }) =>
      replyOf(url, { 'events-timeseries': { status: 200, body: JSON.stringify(body) } }),
    )
    await expect(poll({ url: upstream.url })).rejects.toMatchObject({
      reason: 'invalid-answer',
      message: expect.stringContaining(words),
    })
  })

  test('a limit that is reached names when it starts anew', async () => {
    const resetSeconds = START_MS / 1_000 + 1
    const headers = { 'x-sentry-rate-limit-limit': '40', 'x-sentry-rate-limit-reset': String(resetSeconds) }
    await using upstream = await startUpstream(() => ({ status: 429, body: '{}', headers }))
    await expect(poll({ url: upstream.url })).rejects.toMatchObject({
      reason: 'throttled',
      message: expect.stringContaining('2026-11-22T09:17:01.000Z'),
    })
  })

  test('a value that Sentry does not tell ends what is final', async () => {
    const values = [0, 1, 2, 3].map((index) => ({
      timestamp: START_MS - (5 - index) * MINUTE_MS,
      value: index === 2 ? null : index,
    }))
    await using upstream = await startUpstream(({ url }) =>
      replyOf(url, { 'events-timeseries': { status: 200, body: JSON.stringify({ timeSeries: [{ values }] }) } }),
    )
    expect([...countsOf(await poll({ url: upstream.url })).values()]).toEqual([0, 1])
  })
})

function bucketsOf(stepMs: number): unknown {
  const fromMs = Date.parse('2026-11-22T08:30:00Z')
  return { timeSeries: [{ values: [0, 1, 2].map((index) => ({ timestamp: fromMs + index * stepMs, value: 0 })) }] }
}
