import { chromium, type Page } from '@playwright/test'
import { createApp } from '#e2e/app.ts'
import { callAction } from '#e2e/call-action.ts'
import { findBrowser } from '#e2e/browser.ts'
import { routes } from '#lib/domain/routes.ts'
import { dlqNameOf, QUEUE_NAMES } from '#world/queues.ts'
import { startWorld } from '#world/world.ts'
import { buildIfNeeded } from './build-if-needed.ts'

/**
 * `npm run weight`: JavaScript that a page brings from an empty cache until five seconds after its load event, without interaction, in
 * KiB as sent (gzip). Exits 1 above the limit.
 */
const LIMITS_KIB = { overview: 175, wall: 150, incidents: 175, incident: 180, redrive: 175 } as const
const AFTER_LOAD_MS = 5000
const INCIDENT_WITHIN_MS = 120_000

async function measureKib(page: Page, url: string): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  const scripts = new Set<string>()
  let bytes = 0
  session.on('Network.responseReceived', (event) => {
    if (event.type === 'Script' || event.response.mimeType.includes('javascript')) scripts.add(event.requestId)
  })
  session.on('Network.loadingFinished', (event) => {
    if (scripts.has(event.requestId)) bytes += event.encodedDataLength
  })
  await page.goto(url, { waitUntil: 'load' })
  // The measure is defined by this time, so it is waited out rather than a condition.
  await new Promise((resolve) => setTimeout(resolve, AFTER_LOAD_MS))
  return bytes / 1024
}

buildIfNeeded()
// Dead letters open the incident and can be redriven; a page that does not exist would weigh nothing.
const world = await startWorld({ traffic: false, past: false, dlq: true, faults: ['producer-adds-javatype'], speed: 8 })
const app = await createApp({ env: world.env, settings: world.settings })
const wallUrl = /http\S+/.exec(await app.run('commands/token.ts', 'wall', 'weight'))?.[0] ?? ''
await app.start()
const { executablePath, env } = await findBrowser()
const browser = await chromium.launch({ executablePath, env, args: ['--no-sandbox'] })

await world.createProfiles(2)
const signedIn = await browser.newContext()
const first = await signedIn.newPage()
await first.goto(app.url)
await first.getByRole('button', { name: /sign in/i }).click()
await first.getByRole('button', { name: /Omar/ }).click()
await first.waitForURL(`${app.url}/`)
await first.goto(`${app.url}${routes.incidents()}`)
await first.getByRole('link', { name: 'Open INC-1' }).waitFor({ timeout: INCIDENT_WITHIN_MS })
const planned = await callAction(app, first.request, 'planRedrive', { queue: dlqNameOf(QUEUE_NAMES.profileCreated) })
if (!planned.ok) throw new Error(`No redrive could be planned: ${planned.error.message}`)
await first.close()

const measured = {
  overview: await measureKib(await signedIn.newPage(), `${app.url}/`),
  wall: await measureKib(await (await browser.newContext()).newPage(), wallUrl),
  incidents: await measureKib(await signedIn.newPage(), `${app.url}${routes.incidents()}`),
  incident: await measureKib(await signedIn.newPage(), `${app.url}${routes.incident('INC-1')}`),
  redrive: await measureKib(await signedIn.newPage(), `${app.url}${routes.redrive('R-1')}`),
}
await browser.close()
await app.dispose()
await world.stop()

const rows = Object.entries(LIMITS_KIB).map(([name, limitKib]) => {
  const kib = measured[name as keyof typeof LIMITS_KIB]
  return { page: name, kib: Math.round(kib * 10) / 10, limitKib, ratio: Math.round((kib / limitKib) * 1000) / 1000 }
})
for (const row of rows) console.log(`${row.page}: ${row.kib} KiB of JavaScript, limit ${row.limitKib} KiB`)
console.log(JSON.stringify({ weight: rows }))
process.exit(rows.every(({ ratio, kib }) => ratio <= 1 && kib > 0) ? 0 : 1)
