import { setTimeout as wait } from 'node:timers/promises'
import type { CDPSession, Page, Response } from '@playwright/test'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { z } from 'zod'
import { routes } from '#lib/domain/routes.ts'
import { sideQueueNames } from '#world/queues.ts'
import type { World } from '#world/world.ts'
import { asSomebody } from '#e2e/as-somebody.ts'
import { expect, test } from '#e2e/fixtures.ts'

/** With the dead-letter queues of two in three, and the queues of the flow, 2,000. */
const SIDE_QUEUES = 1_192
const SLOWDOWN = 4
const ROUNDS = 4
/** A page is left alone for so long after its load event and after the whole list has come: questions of the test would count as its scripting. */
const SETTLED_MS = 5_000
const CHANGED = 100

const viewOfQueues = z.object({ rows: z.array(z.looseObject({ name: z.string() })) })
const UPDATES = 2
/** By how far the wheel is turned each time. */
const TURNS_PX = [300, 900, 2_400, -1_500, 7_000, -7_000].flatMap((px) => Array.from({ length: 12 }, () => px))
/** More rows than are drawn at first. */
const WALK = 60

test.use({
  worldOptions: { queues: SIDE_QUEUES, past: false, traffic: false },
  sourceSettings: {
    sqs: { everySeconds: 60, queuePrefixes: ['tis-'] },
    'cloudwatch-metrics': { everySeconds: 300, backfillDays: 0 },
  },
  // What a large screen shows, so that a screenful is not a small one.
  viewport: { width: 1920, height: 1080 },
  // A trace takes snapshots of the page by scripts in it, which would be counted.
  trace: 'off',
})
test.skip(({ postgres }) => postgres !== null, 'what the browser does is the same for both stores')

async function listen(page: Page, rate: number): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  return session
}

/** Milliseconds that the page's main thread has spent on a kind of work since it began. */
async function spentMs(session: CDPSession, ...kinds: readonly string[]): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.filter(({ name }) => kinds.includes(name)).reduce((sum, { value }) => sum + value * 1000, 0)
}

async function fill(world: World, queues: readonly string[]): Promise<void> {
  for (const queue of queues)
    await asSomebody(world, queue, (sqs, QueueUrl) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })))
}

test('a list of 2,000 queues renders, scrolls and follows without holding the browser up', async ({
  page,
  app,
  world,
  signIn,
  openPage,
}) => {
  test.setTimeout(600_000)
  expect(world.sqs.store.listQueueNames()).toHaveLength(2_000)
  await signIn(page, 'Vera', routes.queues())
  await expect(page.getByText('2\u202f000 queues').first()).toBeVisible({ timeout: 120_000 })
  const storageState = await page.context().storageState()

  const html = await (await page.request.get(`${app.url}${routes.queues()}`)).text()
  expect([...html.matchAll(/<tr aria-rowindex/g)].length, 'rows with figures in the first HTML').toBeGreaterThan(30)

  const scriptingMs = async (path: string, goOn?: (page: Page) => Promise<void>): Promise<number> => {
    const fresh = await openPage({ storageState, viewport: { width: 1920, height: 1080 } })
    const session = await listen(fresh, SLOWDOWN)
    const isList = path === routes.queues()
    const whole = isList ? nextView(fresh) : null
    await fresh.goto(`${app.url}${path}`, { waitUntil: 'load', timeout: 90_000 })
    await (await whole)?.finished()
    // The measure is defined by this time, so it is waited out rather than a condition.
    await wait(SETTLED_MS)
    const beforeMs = goOn === undefined ? 0 : await spentMs(session, 'ScriptDuration')
    await goOn?.(fresh)
    const tookMs = (await spentMs(session, 'ScriptDuration')) - beforeMs
    if (isList || goOn !== undefined) await expect(fresh.locator('table[aria-rowcount="2001"]')).toBeVisible()
    await fresh.context().close()
    return tookMs
  }
  /** As a person comes to it who has Spillway open. */
  const followLink = async (fresh: Page): Promise<void> => {
    const whole = nextView(fresh)
    await fresh.getByRole('link', { name: 'Queues', exact: true }).click()
    await (await whole).finished()
    await wait(SETTLED_MS)
  }
  const [shell, list, followed]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    shell.push(await scriptingMs(routes.incidents()))
    list.push(await scriptingMs(routes.queues()))
    followed.push(await scriptingMs(routes.incidents(), followLink))
  }
  // Time of the thread, not of the clock. Whatever else the machine does only adds to it, so the least is the nearest to what it costs.
  const ownMs = Math.min(...list) - Math.min(...shell)
  test.info().annotations.push({
    type: 'scripting',
    description: `list ${told(list)}, shell ${told(shell)}, followed ${told(followed)}`,
  })
  expect(ownMs, 'milliseconds of scripting that the list adds to the frame of every page').toBeLessThan(200)
  // 140 ms where nothing else runs; what a busy machine adds to it has no bound of its own.
  expect(Math.min(...followed), 'milliseconds of scripting in an open Spillway').toBeLessThan(Math.min(...list))

  await page.goto(`${app.url}${routes.queues()}?sort=name&dir=up`)
  await expect(page.locator('table[aria-rowcount="2001"]')).toBeVisible({ timeout: 60_000 })
  await scrollThrough(page)

  await page.evaluate(() => scrollTo(0, 0))
  await page.locator('tr[aria-rowindex="2"] .queue-name a').focus()
  for (let step = 0; step < WALK; step += 1) await page.keyboard.press('ArrowDown')
  await expect(page.locator(`tr[aria-rowindex="${2 + WALK}"] .queue-name a`)).toBeFocused()
  await page.evaluate(() => scrollTo(0, 0))
  const session = await listen(page, 1)
  const updates: number[] = []
  // What the leaps set off has no end that a page tells of.
  await wait(SETTLED_MS)
  for (let round = 0; round < UPDATES; round += 1) {
    await fill(world, sideQueueNames(SIDE_QUEUES).slice(0, CHANGED))
    updates.push(await nextUpdate(page, session, CHANGED))
  }
  test.info().annotations.push({ type: 'update', description: updates.map(Math.round).join(' ') })
  expect(Math.min(...updates), 'milliseconds that an update of 100 rows takes').toBeLessThan(16)
})

/** Turns the wheel by less and by far more than a screen: in no frame may the middle of the screen or its edges lack a row. */
async function scrollThrough(page: Page): Promise<void> {
  await page.mouse.move(960, 540)
  const watched = page.evaluate(watchRows)
  for (const byPx of TURNS_PX) await page.mouse.wheel(0, byPx)
  const { moves, blank } = await watched
  expect(moves, 'frames in which the list had moved').toBeGreaterThan(TURNS_PX.length / 2)
  expect(blank, 'places without a row while it scrolled').toEqual([])
}

/** Runs in the page: looks at every frame from when it first moves until it has rested for two seconds. */
async function watchRows(): Promise<{ moves: number; blank: string[] }> {
  const body = document.querySelector('tbody')
  const isBlank = (y: number): boolean => {
    const { top = 0, bottom = 0 } = body?.getBoundingClientRect() ?? {}
    const row = document.elementFromPoint(innerWidth / 2, y)?.closest('tr')
    return y >= top && y < bottom && (row?.className ?? 'spacer') === 'spacer'
  }
  const blank: string[] = []
  let [moves, still, lastY] = [0, 0, scrollY]
  while (still < (moves === 0 ? 600 : 120)) {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    still = scrollY === lastY ? still + 1 : 0
    moves += still === 0 ? 1 : 0
    lastY = scrollY
    for (const share of [0.1, 0.5, 0.9]) if (isBlank(innerHeight * share)) blank.push(`${share} of ${scrollY}`)
  }
  return { moves, blank }
}

/** Milliseconds that the main thread spends on the next answer in which so many rows are new. */
async function nextUpdate(page: Page, session: CDPSession, least: number): Promise<number> {
  const kinds = ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration']
  let before = await rowsOf(page)
  for (;;) {
    await page.waitForRequest(isView, { timeout: 90_000 })
    const startMs = await spentMs(session, ...kinds)
    const response = await nextView(page)
    // Work on an answer in which no row is new shows nowhere, so that there is no condition to wait for.
    await wait(1_000)
    const tookMs = (await spentMs(session, ...kinds)) - startMs
    const after = rowsIn(await response.json())
    const changed = [...after].filter(([name, row]) => before.get(name) !== row).length
    before = after
    if (changed >= least) return tookMs
  }
}

function nextView(page: Page): Promise<Response> {
  return page.waitForResponse((answer) => isView(answer.request()), { timeout: 90_000 })
}

function told(values: readonly number[]): string {
  return values.map(Math.round).join(' ')
}

const isView = (request: { url(): string }): boolean => request.url().endsWith('/api/views/queues')

async function rowsOf(page: Page): Promise<ReadonlyMap<string, string>> {
  const answer = await page.request.get(new URL('/api/views/queues', page.url()).href)
  return rowsIn(await answer.json())
}

/** Each row of an answer as it was told, by the name of its queue. */
function rowsIn(answer: unknown): ReadonlyMap<string, string> {
  return new Map(viewOfQueues.parse(answer).rows.map((row) => [row.name, JSON.stringify(row)]))
}
