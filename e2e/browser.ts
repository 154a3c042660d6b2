import { existsSync } from 'node:fs'
import { chromium as playwrightChromium } from '@playwright/test'

/** A Chromium to launch: its path and the environment it wants. */
export interface BrowserBinary {
  readonly executablePath: string
  readonly env: Record<string, string>
  readonly origin: 'SPILLWAY_CHROMIUM' | 'installed' | 'playwright' | 'npm'
}

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

function stringEnv(extra: Record<string, string>): Record<string, string> {
  const given = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { ...Object.fromEntries(given), ...extra }
}

/**
 * Finds a browser in this order: SPILLWAY_CHROMIUM, an installed Chromium or Chrome, Playwright's own, and last the one that an npm
 * package carries (Linux x64 only), so that a fresh clone needs nothing but a registry.
 */
export async function findBrowser(): Promise<BrowserBinary> {
  const named = process.env['SPILLWAY_CHROMIUM']
  if (named !== undefined && named !== '')
    return { executablePath: named, env: stringEnv({}), origin: 'SPILLWAY_CHROMIUM' }
  const installed = INSTALLED.find((path) => existsSync(path))
  if (installed !== undefined) return { executablePath: installed, env: stringEnv({}), origin: 'installed' }
  if (existsSync(playwrightChromium.executablePath()))
    return { executablePath: playwrightChromium.executablePath(), env: stringEnv({}), origin: 'playwright' }
  return npmBrowser()
}

/** The package unpacks its own libraries and fonts only where it believes itself on Lambda, and tells the process where they are by the environment. */
async function npmBrowser(): Promise<BrowserBinary> {
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x'
  const { default: packaged } = await import('@sparticuz/chromium')
  const executablePath = await packaged.executablePath()
  return { executablePath, env: stringEnv({}), origin: 'npm' }
}
