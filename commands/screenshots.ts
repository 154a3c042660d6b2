import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type BrowserContextOptions } from '@playwright/test'
import { createApp } from '#e2e/app.ts'
import { findBrowser } from '#e2e/browser.ts'
import { until } from '#e2e/processes.ts'
import { routes } from '#lib/domain/routes.ts'
import { sqsMetric } from '#world/cloudwatch/metric-store.ts'
import { QUEUE_NAMES } from '#world/queues.ts'
import { startWorld, type World } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'
import { DAY, PICTURES, shoot, signIn, take, untilSentence, type Camera, type Shot } from './camera.ts'
import { photographHealing } from './photograph-healing.ts'

/**
 * `npm run screenshots`: the pictures of the README in docs/images, of the production build over the sandbox with its 90 days of past:
 * first all is well, then the consumer is upgraded and the incident of 2024 stands on every page, then it is healed. Takes about ten
 * minutes, since all of it is waited for and nothing is staged.
 */
const FOLDER = join('.spillway', 'screenshots')
const HEALTHY = /has their onboarding e-mail/
/** Forty messages and more: the charts then show a few minutes of the leak. */
const INCIDENT = /without their .*profile-created: (?:[4-9]\d|\d{3,}) sent, 0 processed since/
const PROFILE_EVERY_MS = 1500
const HEALTHY_WITHIN_MS = 180_000
const INCIDENT_WITHIN_MS = 420_000
const WALL: BrowserContextOptions = { ...DAY, viewport: { width: 1920, height: 1080 } }

const INCIDENT_SHOTS: readonly Shot[] = [
  { name: 'overview-incident', path: routes.overview() },
  { name: 'queue', path: `${routes.queue(QUEUE_NAMES.profileCreated)}?range=1h` },
  { name: 'emails', path: routes.emails() },
  { name: 'settings', path: routes.settings() },
  { name: 'overview-incident-night', path: routes.overview(), options: { colorScheme: 'dark' } },
  { name: 'overview-incident-narrow', path: routes.overview(), options: { viewport: { width: 390, height: 844 } } },
]

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

/** New people at an even pace, until the timer is cleared. */
function startTraffic(world: World): NodeJS.Timeout {
  return setInterval(() => void world.createProfiles(1), PROFILE_EVERY_MS)
}

buildIfNeeded()
rmSync(FOLDER, { recursive: true, force: true })
mkdirSync(PICTURES, { recursive: true })
// Nobody without an address and no mail that bounces: the first picture says that everyone has their e-mail, and the last that all have it again.
const shares = { noAddress: 0, bounce: 0, testUser: 0, scheduled: 0 }
const world = await startWorld({ speed: 8, traffic: false, shares })
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
let traffic = startTraffic(world)
try {
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
  // A redrive leaves what was sent after its start; a calm hour shows it best.
  clearInterval(traffic)
  await photographHealing(camera, world, async () => {
    await world.faults.set('consumer-upgraded', false)
    traffic = startTraffic(world)
  })
} finally {
  clearInterval(traffic)
  await browser.close()
  await app.dispose()
  await world.stop()
}
