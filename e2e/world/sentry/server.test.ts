import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SENTRY_PROJECTS } from './projects.ts'
import { get, NOW, useSentryServer } from './fixtures/use-sentry-server.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const start = useSentryServer()

const timeseries = z.object({
  timeSeries: z.array(
    z.object({
      yAxis: z.string(),
      groupBy: z.array(z.object({ key: z.string(), value: z.string() })).nullable(),
      values: z.array(
        z.object({
          timestamp: z.number(),
          value: z.number(),
          incomplete: z.boolean(),
          incompleteReason: z.string().optional(),
        }),
      ),
      meta: z.object({ interval: z.number() }),
    }),
  ),
})
const stats = z.object({
  intervals: z.array(z.string()),
  groups: z.array(
    z.object({
      by: z.record(z.string(), z.union([z.string(), z.number()])),
      totals: z.record(z.string(), z.number()),
      series: z.record(z.string(), z.array(z.number())),
    }),
  ),
})

describe('events-timeseries', () => {
  test('counts errors per bucket with millisecond times, and marks what is still being filled', async () => {
    const server = await start()
    const answer = await get(server, 'events-timeseries', [
      ['dataset', 'errors'],
      ['yAxis', 'count()'],
      ['interval', '3600'],
      ['statsPeriod', '7d'],
      ['environment', 'demo'],
    ])
    const series = timeseries.parse(await answer.json()).timeSeries[0]
    expect(series?.meta.interval).toBe(HOUR_MS)
    expect(series?.values.length).toBe(7 * 24 + 1)
    expect(
      series?.values.filter((value) => value.incomplete).map((value) => [value.timestamp, value.incompleteReason]),
    ).toEqual([[Date.parse('2026-11-18T10:00:00Z'), 'INCOMPLETE_BUCKET']])
    const expected = server.store.listEvents({
      fromMs: series?.values[0]?.timestamp ?? 0,
      toMs: NOW,
      environments: ['demo'],
    }).length
    expect(series?.values.reduce((sum, { value }) => sum + value, 0)).toBe(expected)
    expect(expected).toBeGreaterThan(10)
  })

  test('groups by project, most errors first, and filters by one', async () => {
    const server = await start()
    const base: [string, string][] = [
      ['dataset', 'errors'],
      ['interval', '1d'],
      ['statsPeriod', '90d'],
    ]
    const grouped = timeseries.parse(
      await (await get(server, 'events-timeseries', [...base, ['groupBy', 'project'], ['topEvents', '5']])).json(),
    )
    expect(grouped.timeSeries.map(({ groupBy }) => groupBy?.[0]?.value)).toEqual([
      'tis-trainee-notifications',
      'tis-trainee-details',
      'tis-trainee-sync',
      'tis-trainee-user-management',
    ])
    const one = timeseries.parse(await (await get(server, 'events-timeseries', [...base, ['project', '102']])).json())
    const sum = (entry: (typeof one.timeSeries)[number] | undefined): number =>
      entry?.values.reduce((total, { value }) => total + value, 0) ?? -1
    expect(sum(one.timeSeries[0])).toBe(sum(grouped.timeSeries[2]))
  })

  test('refuses a series that would be too long, another dataset and an unknown project', async () => {
    const server = await start()
    expect(
      (
        await get(server, 'events-timeseries', [
          ['dataset', 'errors'],
          ['interval', '60'],
          ['statsPeriod', '90d'],
        ])
      ).status,
    ).toBe(400)
    expect((await get(server, 'events-timeseries', [['dataset', 'spans']])).status).toBe(400)
    expect(
      (
        await get(server, 'events-timeseries', [
          ['dataset', 'errors'],
          ['project', '999'],
        ])
      ).status,
    ).toBe(403)
  })
})

describe('stats_v2', () => {
  test('gives outcomes by the hour, and totals without a series where it groups by project', async () => {
    const server = await start()
    const byOutcome = stats.parse(
      await (
        await get(server, 'stats_v2', [
          ['groupBy', 'outcome'],
          ['field', 'sum(quantity)'],
          ['interval', '1h'],
          ['statsPeriod', '2d'],
        ])
      ).json(),
    )
    expect(byOutcome.intervals).toHaveLength(49)
    expect(byOutcome.groups[0]?.by).toEqual({ outcome: 'accepted' })
    expect(byOutcome.groups[0]?.series['sum(quantity)']).toHaveLength(49)
    const byProject = stats.parse(
      await (
        await get(server, 'stats_v2', [
          ['groupBy', 'project'],
          ['groupBy', 'outcome'],
          ['field', 'sum(quantity)'],
          ['interval', '1d'],
          ['statsPeriod', '90d'],
        ])
      ).json(),
    )
    expect(byProject.groups.every(({ series }) => Object.keys(series).length === 0)).toBe(true)
    expect(new Set(byProject.groups.map(({ by }) => by['project']))).toEqual(new Set([101, 102, 103, 104]))
  })

  test('has no finer step than an hour', async () => {
    const server = await start()
    const answer = await get(server, 'stats_v2', [
      ['groupBy', 'outcome'],
      ['field', 'sum(quantity)'],
      ['interval', '5m'],
      ['statsPeriod', '1d'],
    ])
    expect(answer.status).toBe(400)
  })
})

describe('lists', () => {
  test('come page by page, with a next link that says when there is nothing more', async () => {
    const server = await start()
    const slugs: string[] = []
    let url: string | undefined = `${server.url}/api/0/organizations/tis/projects/?per_page=2`
    let pages = 0
    while (url !== undefined) {
      const response: Response = await fetch(url, { headers: { authorization: `Bearer ${server.token}` } })
      slugs.push(
        ...z
          .array(z.object({ slug: z.string() }))
          .parse(await response.json())
          .map(({ slug }) => slug),
      )
      const next = /<([^>]+)>; rel="next"; results="(true|false)"/.exec(response.headers.get('link') ?? '')
      expect(next).not.toBeNull()
      url = next?.[2] === 'true' ? next[1] : undefined
      pages += 1
    }
    expect(pages).toBe(3)
    expect(slugs).toEqual(SENTRY_PROJECTS.map((project) => project.slug))
  })

  test('name a project that has never sent anything, every DSN without its secret, environments and releases', async () => {
    const server = await start()
    const projects = z
      .array(z.object({ slug: z.string(), firstEvent: z.string().nullable() }))
      .parse(await (await get(server, 'projects')).json())
    expect(projects.filter(({ firstEvent }) => firstEvent === null).map(({ slug }) => slug)).toEqual([
      'tis-trainee-credentials',
    ])
    const keys = await (await get(server, 'project-keys')).text()
    expect(keys).toContain(`@${new URL(server.url).host}/102`)
    expect(keys).not.toContain('secret')
    expect(await (await get(server, 'environments')).json()).toMatchObject([{ name: 'demo' }, { name: 'preprod' }])
    const releases = z
      .array(z.object({ version: z.string(), dateCreated: z.string() }))
      .parse(await (await get(server, 'releases')).json())
    expect(releases.length).toBe(24)
    expect(releases.map(({ dateCreated }) => dateCreated)).toEqual(
      releases
        .map(({ dateCreated }) => dateCreated)
        .toSorted()
        .toReversed(),
    )
  })
})

test('without the right token nothing is told, and every answer carries the rate limit', async () => {
  const server = await start()
  expect((await get(server, 'projects', [], 'wrong')).status).toBe(401)
  const answer = await get(server, 'projects')
  expect(answer.headers.get('x-sentry-rate-limit-limit')).toBe('30')
  expect(Number(answer.headers.get('x-sentry-rate-limit-remaining'))).toBe(29)
})

test('more calls a second than allowed are answered 429', async () => {
  const server = await start()
  const statuses: number[] = []
  for (let index = 0; index < 32; index += 1) statuses.push((await get(server, 'environments')).status)
  expect(statuses.filter((status) => status === 429)).toHaveLength(2)
})

test('while it is down it answers 503', async () => {
  const server = await start()
  server.setUp(false)
  expect((await get(server, 'projects')).status).toBe(503)
})

test('the same seed tells the same past', async () => {
  const [one, other] = [await start(), await start()]
  const [events, others] = [one, other].map((server) =>
    server.store.listEvents({ fromMs: NOW - 90 * DAY_MS, toMs: NOW }),
  )
  expect(events).toEqual(others)
  expect(events?.length).toBeGreaterThan(500)
})
