import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { World } from '#world/world.ts'
import { openPage, PICTURES, take, untilSentence, type Camera } from './camera.ts'

const ACTION_WITHIN_MS = 30_000
/** The fate of a message shows after a visibility timeout, a whole minute of CloudWatch, or the e-mail that follows. */
const FATE_WITHIN_MS = 240_000
const END_WITHIN_MS = 420_000
const TALL = { viewport: { width: 1440, height: 1000 } }

/**
 * From the incident to its end, as somebody on call goes through it: told in Slack, the cause, a first message that comes back, one that
 * goes through without the attribute, the proof, and the end on evidence. Each picture is taken when the page says so. `mend` puts the
 * consumer right.
 */
export async function photographHealing(camera: Camera, world: World, mend: () => Promise<void>): Promise<void> {
  const page = await openPage(camera, TALL)
  await page.goto(await tellInSlack(camera, world))
  await page.getByRole('button', { name: /^Acknowledge INC-/ }).click()
  await page.getByText(/ acknowledged it at /).waitFor({ timeout: ACTION_WITHIN_MS })
  await page.getByRole('button', { name: 'Look into the messages' }).click()
  await page.getByText('Nothing in the messages changed').first().waitFor({ timeout: ACTION_WITHIN_MS })
  await page.getByRole('checkbox', { name: 'JavaType' }).waitFor({ timeout: ACTION_WITHIN_MS })
  await take(page, 'incident')
  const incident = page.url()

  await planRedrive(page, [])
  await startRedrive(page)
  await untilSentence(page, / stopped /, FATE_WITHIN_MS)
  await take(page, 'redrive-came-back')

  await page.goto(incident)
  await planRedrive(page, ['JavaType'])
  await take(page, 'redrive-plan')
  await startRedrive(page)
  await untilSentence(page, / is done/, FATE_WITHIN_MS)
  await take(page, 'redrive-done')

  await mend()
  await page.goto(incident)
  await askAgain(page)
  await untilSentence(page, / resolved after /, END_WITHIN_MS)
  await page.getByRole('region', { name: 'The story' }).screenshot({ path: join(PICTURES, 'incident-story.png') })
  await page.context().close()
}

/** Photographs the channel; gives the address to which its one link leads. */
async function tellInSlack({ browser }: Camera, world: World): Promise<string> {
  const page = await browser.newPage({ viewport: { width: 900, height: 640 }, colorScheme: 'light', locale: 'en-GB' })
  await page.goto(`${world.endpoints.slack}/?channel=incidents`)
  const link = page.getByRole('link', { name: /^Open INC-/ }).first()
  await link.waitFor({ timeout: ACTION_WITHIN_MS })
  await take(page, 'slack')
  const address = await link.getAttribute('href')
  await page.close()
  if (address === null) throw new Error('The message in Slack has no link.')
  return address
}

/** Asks again for the data of everybody who is still without; not where the redrive left nobody. */
async function askAgain(page: Page): Promise<void> {
  const offer = page.getByRole('button', { name: /^Re-sync / })
  const end = page.getByRole('heading', { level: 1, name: / resolved after / })
  await offer.or(end).first().waitFor({ timeout: END_WITHIN_MS })
  if (await end.isVisible()) return
  await offer.click()
  await page.getByRole('button', { name: /^Ask again for / }).click()
  await page
    .getByText(/asked for again/)
    .first()
    .waitFor({ timeout: ACTION_WITHIN_MS })
}

async function planRedrive(page: Page, without: readonly string[]): Promise<void> {
  for (const name of without) await page.getByRole('checkbox', { name }).check()
  await page.getByRole('button', { name: 'Plan the redrive' }).click()
  await untilSentence(page, / would move /, ACTION_WITHIN_MS)
}

async function startRedrive(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Start R-\d+ with one message$/ }).click()
}
