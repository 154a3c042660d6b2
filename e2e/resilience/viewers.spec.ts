import type { Page, Request } from '@playwright/test'
import { until } from '#e2e/processes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { callDifferences, countCalls, untilSteady } from './count-calls.ts'
import { emailsOf, readOverview, untilAllSeen } from './read-pages.ts'
import { BEAT_MS, expect, test } from './test.ts'
import { startViewers } from './viewer.ts'

const INTERVALS = 5
const MANY = 50
const QUEUE = encodeURIComponent(QUEUE_NAMES.profileCreated)
const PATHS = [
  '/',
  '/queues',
  `/queues/${QUEUE}`,
  '/emails',
  '/settings',
  '/api/views/overview',
  '/api/views/queues',
  `/api/views/queue?name=${QUEUE}&range=7d`,
  '/api/views/emails?range=30d',
  '/api/views/settings',
]
const PEOPLE = ['vera', 'rosa', 'omar']

function isStream(request: Request): boolean {
  return new URL(request.url()).pathname === '/api/live'
}

test('fifty viewers cause no more calls to the upstreams than one', async ({ openWorld, makeApp }) => {
  test.setTimeout(300_000)
  const worlds = [await openWorld(), await openWorld()]
  const apps = await Promise.all(worlds.map(({ env, settings }) => makeApp({ env, settings })))
  await Promise.all(apps.map((app) => app.start()))
  const viewers = (
    await Promise.all(
      apps.map((app, index) => startViewers(app, { count: index === 0 ? 1 : MANY, people: PEOPLE, paths: PATHS })),
    )
  ).flat()
  await Promise.all(worlds.map((world) => untilSteady(world, BEAT_MS)))
  const fromMs = Date.now()
  const looksBefore = viewers.map((viewer) => viewer.looks())
  const [one, many] = await Promise.all(
    worlds.map((world) => countCalls(world, { fromMs, intervals: INTERVALS, beatMs: BEAT_MS })),
  )
  expect(one?.['sqs ListQueues'], 'readings in five intervals').toBe(INTERVALS)
  expect(callDifferences(one ?? {}, many ?? {})).toEqual([])
  const isBusy = viewers.every(
    (viewer, index) => viewer.looks() - (looksBefore[index] ?? 0) >= INTERVALS && viewer.events() >= INTERVALS,
  )
  expect(isBusy, 'every viewer looked, and heard live events, all the while').toBe(true)
  await Promise.all(viewers.map((viewer) => viewer.leave()))
})

test('ten tabs of one browser are all live over one stream', async ({ page, world, app, session, signIn }) => {
  const context = page.context()
  const opened: Request[] = []
  const ended = new Set<Request>()
  context.on('request', (request) => (isStream(request) ? opened.push(request) : 0))
  context.on('requestfinished', (request) => ended.add(request))
  context.on('requestfailed', (request) => ended.add(request))
  const streams = (): number =>
    opened.filter((request) => !ended.has(request) && !request.frame().page().isClosed()).length
  await signIn(page, 'Vera')
  await untilAllSeen(session)
  const tabs: Page[] = [page]
  while (tabs.length < 10) {
    const tab = await context.newPage()
    await tab.goto(app.url)
    tabs.push(tab)
  }
  let reloads = 0
  for (const tab of tabs) tab.on('load', () => (reloads += 1))
  const untilShown = async (delivered: number, shownIn: readonly Page[]): Promise<void> => {
    await until(
      `${delivered} e-mails`,
      async () => emailsOf(await readOverview(session)).delivered === delivered || undefined,
    )
    const item = new RegExp(`^${delivered}\\s*delivered$`)
    for (const tab of shownIn) await expect(tab.getByRole('listitem').filter({ hasText: item })).toBeVisible()
  }
  await world.createProfiles(3)
  await untilShown(3, tabs)
  expect(streams(), 'streams that are open').toBe(1)
  expect(opened, 'streams that ten tabs opened').toHaveLength(1)

  // The tab that holds the stream is the first; another takes its place.
  await page.close()
  await world.createProfiles(2)
  await untilShown(5, tabs.slice(1))
  expect(streams(), 'streams that are open').toBe(1)
  expect(opened, 'streams that were opened in all').toHaveLength(2)
  expect(reloads).toBe(0)
})
