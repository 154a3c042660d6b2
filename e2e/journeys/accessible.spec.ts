import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '#e2e/fixtures.ts'
import { routes } from '#lib/domain/routes.ts'
import { TEAM_PAGES } from './team-pages.ts'
import { untilRead } from './until-read.ts'

const SOON = { timeout: 45_000 }
/** A leak takes whole minutes of CloudWatch. */
const LEAK = { timeout: 150_000 }
const GLYPHS = { ok: '●', bad: '◆', unknown: '▨', muted: '⊘', healing: '◑' } as const
const NARROW = { width: 390, height: 844 }
const NOWHERE = '/nowhere'

test.use({ worldOptions: { speed: 8, faults: ['consumer-upgraded', 'sentry-down'] } })

/** Heals as far as pages go: a redrive that came back and stopped, and the plan of another without the attribute. Gives their pages. */
async function healAsFar(page: Page): Promise<string[]> {
  const leak = page.getByRole('listitem').filter({ hasText: /INC-\d+ · profile-created: \d+ sent, 0 processed/ })
  await leak.getByRole('link', { name: /^Open INC-\d+$/ }).click(LEAK)
  await expect(page).toHaveURL(/\/i\/INC-\d+$/)
  const incident = new URL(page.url()).pathname
  await page.getByRole('button', { name: /^Acknowledge INC-\d+$/ }).press('Enter')
  await expect(page.getByRole('region', { name: 'What you can do' }), 'the keyboard keeps its place').toBeFocused(SOON)
  await page.getByRole('button', { name: 'Look into the messages' }).click()
  await expect(page.getByRole('checkbox', { name: 'JavaType' })).toBeVisible(SOON)
  const redrives: string[] = []
  for (const withoutJavaType of [false, true]) {
    await page.getByRole('checkbox', { name: 'JavaType' }).setChecked(withoutJavaType)
    await page.getByRole('button', { name: 'Plan the redrive' }).click()
    await expect(page).toHaveURL(/\/redrives\/R-\d+$/, SOON)
    redrives.push(new URL(page.url()).pathname)
    if (withoutJavaType) break
    await page.getByRole('button', { name: /^Start R-\d+ with one message$/ }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('stopped', SOON)
    await page
      .getByText('plan another from')
      .getByRole('link', { name: /^INC-\d+$/ })
      .click()
    await expect(page).toHaveURL(new RegExp(`${incident}$`))
  }
  return [incident, ...redrives]
}

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}

/** The title and the favicon say the same state as the sentence. */
async function expectStateIsSaid(page: Page): Promise<void> {
  const truth = (await page.getByRole('heading', { level: 1 }).getAttribute('data-truth')) ?? ''
  expect(Object.keys(GLYPHS)).toContain(truth)
  const glyph = Object.entries(GLYPHS).find(([key]) => key === truth)?.[1] ?? ''
  await expect(page).toHaveTitle(new RegExp(`^${glyph} .+ · .+`))
  const href = (await page.locator('link[rel="icon"][type="image/svg+xml"]').last().getAttribute('href')) ?? ''
  const isDiamond = decodeURIComponent(href).includes('M16 1 31 16 16 31 1 16Z')
  expect(href).toMatch(/^data:image\/svg\+xml,/)
  expect(isDiamond, 'the diamond of what is bad').toBe(truth === 'bad')
}

test('every page in the midst of the incident: no violation by day or night, no sideways scrolling on a phone, title and icon say the state', async ({
  openPage,
  app,
  signIn,
  makeWall,
}) => {
  test.setTimeout(480_000)
  const first = await openPage()
  await signIn(first, 'Omar')
  await expect(first.getByRole('heading', { level: 1 })).toContainText('without their onboarding e-mail', SOON)
  await expect(first.getByRole('region', { name: 'Needs a hand' })).toContainText('Sentry', SOON)
  const storageState = await first.context().storageState()
  const pages = [...TEAM_PAGES, ...(await healAsFar(first))]
  const wallUrl = await makeWall('Kitchen')

  for (const colorScheme of ['light', 'dark'] as const) {
    const team = await openPage({ colorScheme, storageState })
    for (const path of [...pages, NOWHERE]) {
      await team.goto(`${app.url}${path}`)
      await untilRead(team)
      const closed = team.getByRole('button', { name: 'As a table' })
      while ((await closed.count()) > 0) await closed.first().click()
      expect(await violationsOf(team), `${path}, ${colorScheme}`).toEqual([])
      if (path !== NOWHERE) await expectStateIsSaid(team)
    }
    const other = await openPage({ colorScheme })
    for (const url of [app.url, `${app.url}${routes.wall()}`, wallUrl]) {
      await other.goto(url)
      await untilRead(other)
      expect(await violationsOf(other), `${new URL(url).pathname}, ${colorScheme}`).toEqual([])
    }
  }

  await test.step('the board fills a screen and never scrolls on it, wherever this minute has shifted it', async () => {
    const board = await openPage({ viewport: { width: 1920, height: 1080 } })
    await board.goto(wallUrl)
    await expect(board.getByRole('heading', { level: 1 })).toContainText('without their onboarding e-mail')
    const size = await board.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement
      return { width: scrollWidth, height: scrollHeight }
    })
    expect(size).toEqual({ width: 1920, height: 1080 })
  })

  const phone = await openPage({ viewport: NARROW, storageState, hasTouch: true, isMobile: true })
  const stranger = await openPage({ viewport: NARROW, hasTouch: true, isMobile: true })
  const visits = [
    ...[...pages, NOWHERE].map((path) => ({ page: phone, url: `${app.url}${path}` })),
    ...[app.url, `${app.url}${routes.wall()}`, wallUrl].map((url) => ({ page: stranger, url })),
  ]
  for (const { page, url } of visits) {
    await page.goto(url)
    await untilRead(page)
    const widthPx = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(widthPx, `width of ${url}`).toBeLessThanOrEqual(NARROW.width)
  }
})
