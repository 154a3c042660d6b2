import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
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

/**
 * Not in the system's folder for temporary files, where what another user unpacked cannot be run; an install begins without it, so that
 * it is always of the locked version.
 */
const UNPACKED = resolve('node_modules', '.cache', 'chromium')
/** The package unpacks its own libraries and fonts only where it believes itself on Lambda. */
const AS_ON_LAMBDA = { AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' }
const UNPACK = `import('${import.meta.resolve('@sparticuz/chromium')}').then((packaged) => packaged.default.executablePath())`
/** A relative folder of the cache would be taken from where the browser is started. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">.</dir><cachedir>${escapeXml(join(UNPACKED, 'fonts', 'cache'))}</cachedir></fontconfig>
`

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function npmBrowser(): BrowserBinary {
  const executablePath = join(UNPACKED, 'chromium')
  if (!existsSync(executablePath)) unpack()
  const env = stringEnv({
    LD_LIBRARY_PATH: [join(UNPACKED, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
    FONTCONFIG_PATH: join(UNPACKED, 'fonts'),
  })
  return { executablePath, env, origin: 'npm' }
}

/** Puts the browser in its place at once, so that a second process never starts half of it. */
function unpack(): void {
  mkdirSync(dirname(UNPACKED), { recursive: true })
  const fresh = mkdtempSync(`${UNPACKED}-`)
  // The package takes the folder for temporary files from the environment, and keeps it for the life of the process.
  execFileSync(process.execPath, ['-e', UNPACK], { env: { ...process.env, ...AS_ON_LAMBDA, TMPDIR: fresh } })
  writeFileSync(join(fresh, 'fonts', 'fonts.conf'), FONTS)
  try {
    renameSync(fresh, UNPACKED)
  } catch (error) {
    rmSync(fresh, { recursive: true })
    if (!existsSync(UNPACKED)) throw error
  }
}
