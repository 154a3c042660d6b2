import { join } from 'node:path'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'

/** Where the README's pictures are kept. */
export const PICTURES = join('docs', 'images')

const SHOWN_WITHIN_MS = 30_000
/** A reader in London by day, on a screen of usual size. */
export const DAY: BrowserContextOptions = {
  locale: 'en-GB',
  timezoneId: 'Europe/London',
  reducedMotion: 'reduce',
  viewport: { width: 1440, height: 900 },
  colorScheme: 'light',
}

/** Cookies and storage of somebody who is signed in. */
type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/** A browser in which somebody is signed in to Spillway at this address. */
export interface Camera {
  readonly url: string
  readonly browser: Browser
  readonly session: Session
}

/** A picture of a page of Spillway. */
export interface Shot {
  /** Name of the file, without its ending. */
  readonly name: string
  readonly path: string
  readonly options?: BrowserContextOptions
}

/** Signs an operator in. */
export async function signIn(browser: Browser, url: string): Promise<Session> {
  const page = await browser.newPage()
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /Omar/ }).click()
  await page.waitForURL(`${url}/`)
  const state = await page.context().storageState()
  await page.context().close()
  return state
}

/** A page of the signed-in operator. */
export async function openPage({ browser, session }: Camera, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ ...DAY, ...options, storageState: session })
  return context.newPage()
}

/** Photographs what a page shows now. */
export async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled', caret: 'hide' })
  console.error(`${join(PICTURES, name)}.png`)
}

/** Opens a page as the operator and photographs it once its sentence fits. */
export async function shoot(camera: Camera, { name, path, options }: Shot, sentence: RegExp): Promise<void> {
  const page = await openPage(camera, options)
  await page.goto(`${camera.url}${path}`)
  await page.locator('[aria-busy]').waitFor({ state: 'detached' })
  await untilSentence(page, sentence, SHOWN_WITHIN_MS)
  await take(page, name)
  await page.context().close()
}

/** Waits on the open page, without a reload, until its sentence fits. */
export async function untilSentence(page: Page, sentence: RegExp, withinMs: number): Promise<void> {
  await page.getByRole('heading', { level: 1, name: sentence }).waitFor({ timeout: withinMs })
}
