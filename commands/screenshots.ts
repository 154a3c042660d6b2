import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { createApp } from '#e2e/app.ts'
import { findBrowser } from '#e2e/browser.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { startWorld, type World } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'

/**
 * `npm run screenshots`: the pictures of the README in docs/images, of the production build over the sandbox with its 90 days of past:
 * first all is well, then the consumer is upgraded and the incident of 2024 stands on every page. Takes about five minutes, since the
 * incident is waited for and not staged.
 */
const OUT = join('docs', 'images')
const FOLDER = join('.spillway', 'screenshots')
const HEALTHY = /has their onboarding e-mail/
/** Forty messages and more: the charts then show a few minutes of the leak. */
const INCIDENT = /without their .*profile-created: (?:[4-9]\d|\d{3,}) sent, 0 processed since/
const SHOWN_WITHIN_MS = 30_000
const HEALTHY_WITHIN_MS = 180_000
const INCIDENT_WITHIN_MS = 420_000
const DAY: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, colorScheme: 'light' }
const COMMON: BrowserContextOptions = { locale: 'en-GB', timezoneId: 'Europe/London', reducedMotion: 'reduce' }
const WALL: BrowserContextOptions = { ...COMMON, viewport: { width: 1920, height: 1080 } }

interface Shot {
  readonly name: string
  readonly path: string
  readonly options?: BrowserContextOptions
}

const INCIDENT_SHOTS: readonly Shot[] = [
  { name: 'overview-incident', path: routes.overview() },
  { name: 'queue', path: `${routes.queue(QUEUE_NAMES.profileCreated)}?range=1h` },
  { name: 'emails', path: routes.emails() },
  { name: 'settings', path: routes.settings() },
  { name: 'overview-incident-night', path: routes.overview(), options: { colorScheme: 'dark' } },
  { name: 'overview-incident-narrow', path: routes.overview(), options: { viewport: { width: 390, height: 844 } } },
]

/** Cookies and storage of somebody who is signed in. */
type Session = Awaited<ReturnType<BrowserContext['storageState']>>

interface Camera {
  readonly url: string
  readonly browser: Browser
  readonly session: Session
}

async function signIn(browser: Browser, url: string): Promise<Session> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /Omar/ }).click()
  await page.waitForURL(`${url}/`)
  const state = await page.context().storageState()
  await page.context().close()
  return state
}

async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(OUT, `${name}.png`), animations: 'disabled', caret: 'hide' })
  console.error(`${join(OUT, name)}.png`)
}

/** Opens a page as a signed-in person and photographs it once its sentence fits. */
async function shoot({ browser, session, url }: Camera, shot: Shot, sentence: RegExp): Promise<void> {
  const context = await browser.newContext({ ...COMMON, ...DAY, ...shot.options, storageState: session })
  const page = await context.newPage()
  await page.goto(`${url}${shot.path}`)
  await page.locator('[aria-busy]').waitFor({ state: 'detached' })
  await untilSentence(page, sentence, SHOWN_WITHIN_MS)
  await take(page, shot.name)
  await context.close()
}

/** Waits on the open page, without a reload, until its sentence fits. */
async function untilSentence(page: Page, sentence: RegExp, withinMs: number): Promise<void> {
  await page.getByRole('heading', { level: 1, name: sentence }).waitFor({ timeout: withinMs })
}

/** Waits until CloudWatch has told of so many processed messages, so that the road of a message shows traffic. */
async function untilProcessed(world: World, wanted: number): Promise<void> {
  const metric = sqsMetric(QUEUE_NAMES.profileCreated, 'NumberOfMessagesDeleted')
  const startedAtMs = Date.now()
  await until(
    `${wanted} processed messages that CloudWatch tells of`,
    () => {
      const points = world.cloudwatch.store.list(metric, startedAtMs - 3_600_000, Date.now(), Date.now())
      return points.reduce((sum, { statistic }) => sum + statistic.sum, 0) >= wanted ? true : undefined
    },
    HEALTHY_WITHIN_MS,
  )
}

buildIfNeeded()
rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const world = await startWorld()
const app = await createApp({ env: world.env, settings: world.settings, folder: FOLDER })
const past = join(app.folder, 'outcomes.jsonl')
await world.writePast(past)
await app.run('commands/import.ts', past)
const wallUrl = /http\S+/.exec(await app.run('commands/token.ts', 'wall', 'Kitchen'))?.[0] ?? ''
const ingestToken = /spw_ingest_\S+/.exec(await app.run('commands/token.ts', 'ingest', 'Deploy marks'))?.[0] ?? ''
world.connectApp({ url: app.url, ingestToken })
await app.start()

const { executablePath, env } = await findBrowser()
const browser = await chromium.launch({ executablePath, env, args: ['--no-sandbox'] })
const camera: Camera = { url: app.url, browser, session: await signIn(browser, app.url) }
const wall = await (await browser.newContext(WALL)).newPage()
await wall.goto(wallUrl)

await untilProcessed(world, 20)
await untilSentence(wall, HEALTHY, HEALTHY_WITHIN_MS)
await shoot(camera, { name: 'overview', path: routes.overview() }, HEALTHY)
await world.faults.set('consumer-upgraded', true)
await untilSentence(wall, INCIDENT, INCIDENT_WITHIN_MS)
await take(wall, 'wall')
for (const shot of INCIDENT_SHOTS) await shoot(camera, shot, /./)

await browser.close()
await app.dispose()
await world.stop()
