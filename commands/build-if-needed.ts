import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const STAMP = '.next/spillway-source.txt'
const LONGEST_BUILD_MS = 600_000
/** What the production build is made of. */
const PARTS = [
  'app',
  'components',
  'lib',
  'public',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.js',
  'package.json',
  'package-lock.json',
  'postcss.config.mjs',
]

/** A hash over the names and contents of everything that the build is made of. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...PARTS], {
    encoding: 'utf8',
  }).split('\n')
  for (const file of files.filter((name) => name !== '' && !name.includes('.test.') && existsSync(name)).toSorted()) {
    hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function isBuiltOf(wanted: string): boolean {
  return existsSync(STAMP) && existsSync('.next/BUILD_ID') && readFileSync(STAMP, 'utf8') === wanted
}

function build(wanted: string): void {
  console.error('Making the production build (once for these sources; about half a minute)')
  rmSync('.next', { recursive: true, force: true })
  const built = spawnSync(process.execPath, [join('node_modules', 'next', 'dist', 'bin', 'next'), 'build'], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (built.status !== 0)
    throw new Error(
      `The production build failed (exit ${String(built.status ?? built.signal)}); its output stands above.`,
    )
  mkdirSync('.next', { recursive: true })
  writeFileSync(STAMP, wanted)
}

/** Makes the production build unless the one in `.next` was made of exactly these sources. Throws when the build fails. */
export function buildIfNeeded(): void {
  const wanted = sourceHash()
  if (isBuiltOf(wanted)) return
  mkdirSync('.spillway', { recursive: true })
  // The demo started beside the tests waits for their build and uses it. The lock is the operating system's and ends with its process.
  const lock = new DatabaseSync(join('.spillway', 'build.lock'), { timeout: LONGEST_BUILD_MS })
  try {
    lock.exec('begin exclusive')
    if (!isBuiltOf(wanted)) build(wanted)
  } finally {
    lock.close()
  }
}
