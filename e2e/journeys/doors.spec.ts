import type { Page } from '@playwright/test'
import { expect, test } from '#e2e/fixtures.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { listWithout } from './people-told.ts'

const SOON = { timeout: 45_000 }
const PEOPLE = 8

test.use({
  worldOptions: {
    speed: 8,
    traffic: false,
    past: false,
    faults: ['consumer-upgraded'],
    shares: { noAddress: 0, testUser: 0, bounce: 0, scheduled: 0, aside: 0.3 },
  },
})

/** Everything that a page brought of what it shows: its HTML and the answers of its own fetches. */
async function collectAnswers(page: Page): Promise<() => string> {
  const texts: string[] = []
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? ''
    if (!/html|json|x-component/.test(type)) return
    void response.text().then(
      (text) => texts.push(text),
      () => undefined,
    )
  })
  return () => texts.join('\n')
}

function personalWordsIn(text: string, people: readonly { tisId: string; email: string | null }[]): string[] {
  return people
    .flatMap(({ tisId, email }) => [tisId, ...(email === null ? [] : [email])])
    .filter((word) => new RegExp(`(?<![\\w.])${word}(?!\\w)`).test(text))
}

test('each door opens to those whom it is for, and says why not to the others', async ({
  page,
  openPage,
  world,
  app,
  signIn,
  makeWall,
}) => {
  const people = await world.createProfiles(PEOPLE)
  await until('all to be without', () => (listWithout(world).length === PEOPLE ? true : undefined), 60_000)
  const failed = `${PEOPLE} people are without`

  await test.step('the wall without a token is refused with the way to get one, as a page and as JSON', async () => {
    const answer = await page.goto(`${app.url}${routes.wall()}`)
    expect(answer?.status()).toBe(401)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This wall has no valid token.')
    await expect(page.getByText('npm run token -- wall')).toBeVisible()
    const json = await page.request.get(`${app.url}/api/views/wall`)
    expect(json.status()).toBe(401)
    expect((await page.request.get(`${app.url}${routes.wallWith('spw_wall_made-up')}`)).status()).toBe(401)
  })

  const kitchen = await openPage()
  await test.step('with a token it shows counts and holds no personal reference, in its HTML, its data or its address', async () => {
    const answers = await collectAnswers(kitchen)
    await kitchen.goto(await makeWall('Kitchen'))
    await expect(kitchen.getByRole('heading', { level: 1 })).toContainText(failed, SOON)
    expect(kitchen.url(), 'the token leaves the address').toBe(`${app.url}${routes.wall()}`)
    const json = await kitchen.request.get(`${app.url}/api/views/wall`)
    expect(json.status()).toBe(200)
    const reloaded = await kitchen.reload()
    const text = `${answers()}\n${await json.text()}\n${(await reloaded?.text()) ?? ''}\n${await kitchen.content()}`
    expect(text).toContain(failed)
    expect(personalWordsIn(text, people)).toEqual([])
    for (const view of ['overview', 'emails', 'queues', 'settings'])
      expect((await kitchen.request.get(`${app.url}/api/views/${view}`)).status(), `${view} by a wall’s token`).toBe(
        403,
      )
  })

  await test.step('whoever signs in comes back to the page that was asked for', async () => {
    await signIn(page, 'Vera', `${routes.queue(QUEUE_NAMES.profileCreated)}?range=7d`)
    await expect(page.getByRole('link', { name: /^7\sd$/ })).toHaveAttribute('aria-current', /.+/)
    const stranger = await openPage()
    await stranger.goto(`${app.url}/sign-in?callbackUrl=${encodeURIComponent('https://elsewhere.example/')}`)
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByRole('button', { name: /Vera/ }).click()
    await stranger.waitForURL(`${app.url}/`)
  })

  await test.step('a viewer sees masked references and an operator clear ones', async () => {
    const answers = await collectAnswers(page)
    await page.goto(`${app.url}${routes.emails()}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(failed, SOON)
    const cells = page.getByRole('region', { name: 'Who is without' }).locator('tbody td:first-child')
    await expect(cells).toHaveCount(PEOPLE)
    for (const text of await cells.allTextContents()) expect(text).toMatch(/^9•••\d\d$/)
    await page.reload()
    expect(personalWordsIn(`${answers()}\n${await page.content()}`, people)).toEqual([])

    const operator = await openPage()
    await signIn(operator, 'Omar', routes.emails())
    const clear = operator.getByRole('region', { name: 'Who is without' }).locator('tbody td:first-child')
    await expect(clear).toHaveCount(PEOPLE)
    expect((await clear.allTextContents()).toSorted()).toEqual(people.map(({ tisId }) => tisId).toSorted())
  })

  await test.step('somebody without a role is refused in words', async () => {
    const stranger = await openPage()
    await stranger.goto(app.url)
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByRole('button', { name: /Nils/ }).click()
    await expect(stranger.getByRole('alert').filter({ hasText: 'no role' })).toContainText('claim “roles”')
    expect((await stranger.request.get(`${app.url}/api/views/overview`)).status()).toBe(401)
    await stranger.goto(`${app.url}${routes.emails()}`)
    await expect(stranger).toHaveURL(/\/sign-in/)
  })

  await test.step('signing out ends the session at the server too', async () => {
    const cookies = await page.context().cookies()
    await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(/\/sign-in/)
    await page.goto(`${app.url}${routes.settings()}`)
    await expect(page).toHaveURL(/\/sign-in\?callbackUrl=%2Fsettings/)
    const thief = await openPage()
    await thief.context().addCookies(cookies)
    expect((await thief.request.get(`${app.url}/api/views/overview`)).status(), 'the old cookie').toBe(401)
  })

  await test.step('an admin revokes the wall’s token: the open wall says so and shows nothing more, and a new one is refused', async () => {
    const admin = await openPage()
    await signIn(admin, 'Ada', routes.settings())
    const row = admin.getByRole('region', { name: 'Tokens' }).getByRole('row').filter({ hasText: 'Kitchen' })
    await row.getByRole('button', { name: 'Revoke Kitchen' }).click()
    await row.getByRole('button', { name: 'Revoke Kitchen now' }).click()
    await expect(row).toContainText('revoked')
    await expect(kitchen.getByRole('heading', { level: 1 })).toContainText('token is not valid', SOON)
    await expect(kitchen.getByText('People without')).toHaveCount(0)
    expect((await kitchen.request.get(`${app.url}/api/views/wall`)).status()).toBe(401)
    expect((await kitchen.reload())?.status()).toBe(401)
  })
})

/** Presses Tab until the wanted element has the focus, which must be seen on every element. Past the last one it begins again. */
async function tabTo(page: Page, role: 'link' | 'button' | 'searchbox', name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role, { name }).first()
  for (let pressed = 0; pressed < 100; pressed += 1) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate(() => {
      const focused = document.activeElement
      if (focused === null || focused === document.body) return 'outside the page'
      return getComputedStyle(focused).outlineStyle
    })
    expect(outline, 'the focus is seen').not.toBe('none')
    if (await wanted.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`100 presses of Tab did not reach the ${role} ${String(name)}`)
}

test('with the keyboard alone: from the overview into a queue, through its chart’s table, and back', async ({
  page,
  signIn,
}) => {
  await signIn(page, 'Vera')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#content')).toBeFocused()
  await tabTo(page, 'link', 'profile-created')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(QUEUE_NAMES.profileCreated))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('profile-created')
  await tabTo(page, 'button', 'As a table')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('table').first()).toBeVisible()
  await page.keyboard.press('t')
  await expect(page.getByRole('button', { name: 'As a table' }).first()).toHaveAttribute('aria-pressed', 'false')
  await tabTo(page, 'link', 'Overview')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'The road of a message' })).toBeVisible()
})
