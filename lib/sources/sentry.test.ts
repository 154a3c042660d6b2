import { describe, expect, test } from 'vitest'
import type { PollResult } from './define-source.ts'
import { readingsOf } from './fixtures/make-context.ts'
import { sentry } from './sentry.ts'
import { countsOf, DAY_MS, HOUR_MS, MINUTE_MS, START_MS, useSentry } from './fixtures/use-sentry.ts'

const { clock, server, addError, contextOf, poll, restartWithPast } = useSentry()

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
    clock.nowMs += MINUTE_MS
    const second = await poll({ after: first })
    expect(countsOf(second)).toEqual(new Map([[START_MS - 2 * MINUTE_MS, 1]]))
  })

  test('is told again when it has changed, and only then', async () => {
    addError('102', START_MS - 30 * MINUTE_MS)
    const first = await poll()
    addError('102', START_MS - 4 * MINUTE_MS)
    clock.nowMs += MINUTE_MS
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
    await restartWithPast()
    const first = await poll({ backfillDays: 90 })
    clock.nowMs += 1_000
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
    clock.nowMs += 60 * HOUR_MS
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
    clock.nowMs += 10
    last = await poll({ after: last, backfillDays: 10 })
    results.push(last)
  }
  return results
}

describe('releases', () => {
  test('become marks once, those of watched projects only; what was before is history', async () => {
    addError('102', START_MS - 5 * MINUTE_MS)
    server().store.addRelease({ version: 'tis-trainee-sync@1.18.1', projectId: '102', atMs: START_MS - DAY_MS })
    server().store.addRelease({ version: 'tis-trainee-details@2.0.0', projectId: '101', atMs: START_MS - DAY_MS })
    const first = await poll({ backfillDays: 90 })
    server().store.addRelease({ version: 'tis-trainee-sync@1.18.2', projectId: '102', atMs: START_MS + 1_000 })
    clock.nowMs += MINUTE_MS
    const second = await poll({ after: first, backfillDays: 90 })
    clock.nowMs += MINUTE_MS
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
})
