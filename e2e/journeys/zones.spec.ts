import type { Page } from '@playwright/test'
import { expect, test } from '#e2e/fixtures.ts'
import { routes } from '#lib/domain/routes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { TEAM_PAGES } from './team-pages.ts'
import { untilRead } from './until-read.ts'

const SOON = { timeout: 45_000 }
const NEW_YORK = 'America/New_York'
const LONDON = 'Europe/London'

test.use({ worldOptions: { speed: 8, traffic: false }, isPastImported: true })

interface ShownTime {
  readonly atMs: number
  readonly text: string
}

/** Every moment that the page names and keeps in its markup, with the words for it. */
function shownTimes(page: Page): Promise<ShownTime[]> {
  return page
    .locator('time')
    .evaluateAll((times) =>
      times.map((time) => ({ atMs: Date.parse(time.getAttribute('datetime') ?? ''), text: time.textContent ?? '' })),
    )
}

function axisLabels(page: Page): Promise<string[]> {
  return page.locator('.chart-x span').allTextContents()
}

/** `14:21`, with the date when it is not today: what a page should say of a moment in a zone, by this machine's own calendar. */
function momentIn(timeZone: string, atMs: number, nowMs: number): string {
  const format = (ms: number, options: Intl.DateTimeFormatOptions): string =>
    new Date(ms).toLocaleString('en-GB', { timeZone, ...options }).replace('Sept', 'Sep')
  const clock = format(atMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const day = format(atMs, { day: 'numeric', month: 'short' })
  return day === format(nowMs, { day: 'numeric', month: 'short' }) ? clock : `${day} ${clock}`
}

/** Waits until the page answers to its scripts: its clock runs. */
async function untilAlive(page: Page): Promise<void> {
  await untilRead(page)
  const clock = page.getByTitle('The server’s clock')
  const first = await clock.textContent()
  await expect(clock).not.toHaveText(first ?? '', SOON)
}

/** Unexpected movement since the page was opened, as browsers score it. */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver(() => undefined)
        observer.observe({ type: 'layout-shift', buffered: true })
        requestAnimationFrame(() => {
          const shifts = observer.takeRecords().map((entry) => ('value' in entry ? Number(entry.value) : 0))
          resolve(shifts.reduce((sum, value) => sum + value, 0))
        })
      }),
  )
}

function zoneOffset(timeZone: string, atMs: number): string {
  return new Date(atMs).toLocaleString('en-GB', { timeZone, timeZoneName: 'shortOffset' }).split(' ').at(-1) ?? ''
}

test('on a device in any zone pages are rendered and hydrated with the same times, across the change of the clocks, and a reader may choose a zone', async ({
  page,
  openPage,
  consoleProblems,
  world,
  app,
  signIn,
}) => {
  test.setTimeout(360_000)
  await signIn(page, 'Vera')
  const sentence = page.getByRole('heading', { level: 1 })
  await expect(sentence).toContainText(/^Everyone .*onboarding e-mail\.$/, SOON)
  const storageState = await page.context().storageState()

  for (const timezoneId of [NEW_YORK, LONDON]) {
    await test.step(`on a device in ${timezoneId} everything is in the team’s zone`, async () => {
      const alive = await openPage({ timezoneId, storageState })
      const still = await openPage({ timezoneId, storageState, javaScriptEnabled: false })
      for (const path of TEAM_PAGES) {
        await still.goto(`${app.url}${path}`)
        await alive.goto(`${app.url}${path}`)
        await untilAlive(alive)
        expect(await axisLabels(alive), `axis of ${path}`).toEqual(await axisLabels(still))
        const before = new Map((await shownTimes(still)).map(({ atMs, text }) => [atMs, text]))
        for (const { atMs, text } of await shownTimes(alive)) {
          expect(text, `${path}: ${new Date(atMs).toISOString()}`).toBe(before.get(atMs) ?? text)
          expect(text).toBe(momentIn(LONDON, atMs, Date.now()))
        }
        await expect(alive.getByRole('banner')).toContainText('London, UTC')
        expect(await layoutShift(alive), `layout shift of ${path}`).toBeLessThan(0.05)
        expect(consoleProblems, path).toEqual([])
      }
    })
  }

  const reader = await openPage({ timezoneId: NEW_YORK, storageState })
  const told = reader.getByRole('heading', { level: 1 })
  await test.step('a reader who chooses New York reads every time there, in the first HTML too', async () => {
    await world.faults.set('sentry-down', true)
    await reader.goto(app.url)
    await expect(told).toContainText('We cannot see Sentry since', SOON)
    await reader.goto(`${app.url}${routes.settings()}`)
    const since = reader.getByRole('listitem').filter({ hasText: 'does not answer' }).getByRole('time').first()
    const sinceMs = Date.parse((await since.getAttribute('datetime')) ?? '')
    await expect(since).toHaveText(momentIn(LONDON, sinceMs, Date.now()))

    const choice = reader.getByLabel('Time zone')
    await choice.focus()
    await choice.selectOption(NEW_YORK)
    await expect(reader.getByRole('banner')).toContainText(/New York, UTC−[45]/)
    const inNewYork = momentIn(NEW_YORK, sinceMs, Date.now())
    await expect(since).toHaveText(inNewYork)
    await expect(told).toContainText(inNewYork.replace(/^(\d)/, 'since $1'))
    await reader.goto(`${app.url}${routes.incidents()}`)
    await reader.getByRole('link', { name: 'Open INC-1' }).click(SOON)
    await expect(reader).toHaveURL(/\/i\/INC-1$/)
    await expect(told, 'the sentence of the incident').toContainText(inNewYork.replace(/^(\d)/, 'since $1'))
    for (const path of [...TEAM_PAGES, routes.incident('INC-1')]) {
      await reader.goto(`${app.url}${path}`)
      await untilAlive(reader)
      for (const { atMs, text } of await shownTimes(reader)) expect(text).toBe(momentIn(NEW_YORK, atMs, Date.now()))
      expect(consoleProblems, path).toEqual([])
    }
    await reader.goto(`${app.url}${routes.overview()}`)
    await expect(told).toContainText(`since ${inNewYork}`)
    const html = await (await reader.request.get(`${app.url}${routes.overview()}`)).text()
    expect(html).toContain(`since ${inNewYork}`)
  })

  await test.step('ninety days in New York cross the change of the clocks without a slip', async () => {
    await reader.goto(`${app.url}${routes.queue(QUEUE_NAMES.profileCreated)}?range=90d`)
    const chart = reader.getByRole('figure', { name: 'In and out' })
    await chart.getByRole('button', { name: 'As a table' }).click()
    const rows = await chart
      .locator('tbody td:first-child')
      .evaluateAll((cells) =>
        cells.map((cell) => ({ text: cell.textContent ?? '', utc: cell.getAttribute('title') ?? '' })),
      )
    const moments = rows.map(({ text, utc }) => ({
      text,
      atMs: Date.parse(utc.replace(' UTC', 'Z').replace(' ', 'T')),
    }))
    for (const { text, atMs } of moments) expect(text).toBe(momentIn(NEW_YORK, atMs, Date.now()))
    const offsets = new Set(moments.map(({ atMs }) => zoneOffset(NEW_YORK, atMs)))
    // In the depth of winter and of summer no change lies within 90 days.
    const isChangeInSight = zoneOffset(NEW_YORK, Date.now() - 89 * 86_400_000) !== zoneOffset(NEW_YORK, Date.now())
    expect(offsets.size).toBe(isChangeInSight ? 2 : 1)
  })
})
