import { describe, expect, test } from 'vitest'
import { readingsOf } from './fixtures/make-context.ts'
import { startUpstream, type Answer } from './fixtures/start-upstream.ts'
import { sentry } from './sentry.ts'
import { countsOf, MINUTE_MS, START_MS, useSentry } from './fixtures/use-sentry.ts'

const { server, contextOf, poll } = useSentry()

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

describe('what Sentry answers', () => {
  test('releases that cannot be listed are a gap beside the counts', async () => {
    await using upstream = await startUpstream(({ url }) => replyOf(url, { releases: { status: 500, body: '{}' } }))
    const result = await poll({ url: upstream.url })
    expect(readingsOf(result, 'gap')).toEqual([expect.objectContaining({ scope: 'releases', reason: 'unreachable' })])
    expect(countsOf(result).size).toBeGreaterThan(0)
  })

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
    expect(projects.every(({ headers }) => headers.authorization === `Bearer ${server().token}`)).toBe(true)
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
