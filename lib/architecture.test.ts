import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/**
 * Which folder may import which. A folder that is not here may not exist; a new one needs a row and an ADR.
 * ARCHITECTURE.md quotes this table and the last test compares the two.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lib/domain': [],
  'lib/config': ['lib/domain'],
  'lib/detect': ['lib/domain'],
  'lib/aws': ['lib/domain', 'lib/config'],
  'lib/store': ['lib/domain', 'lib/config'],
  'lib/sources': ['lib/domain', 'lib/config', 'lib/aws'],
  'lib/notify': ['lib/domain', 'lib/config'],
  'lib/incidents': ['lib/domain', 'lib/config', 'lib/store'],
  'lib/redrive': ['lib/domain', 'lib/config', 'lib/store', 'lib/aws'],
  'lib/live': ['lib/domain', 'lib/config', 'lib/store'],
  'lib/collect': [
    'lib/domain',
    'lib/config',
    'lib/store',
    'lib/sources',
    'lib/detect',
    'lib/live',
    'lib/incidents',
    'lib/notify',
    'lib/redrive',
  ],
  'lib/ingest': ['lib/domain', 'lib/config', 'lib/store', 'lib/sources', 'lib/collect', 'lib/live'],
  'lib/auth': ['lib/domain', 'lib/config', 'lib/store'],
  'lib/views': [
    'lib/domain',
    'lib/config',
    'lib/store',
    'lib/auth',
    'lib/live',
    'lib/sources',
    'lib/detect',
    'lib/notify',
  ],
  'lib/actions': [
    'lib/domain',
    'lib/config',
    'lib/store',
    'lib/auth',
    'lib/live',
    'lib/incidents',
    'lib/redrive',
    'lib/ingest',
  ],
  components: ['lib/domain', 'lib/views', 'lib/actions'],
  app: ['components', 'lib/domain', 'lib/config', 'lib/auth', 'lib/views', 'lib/actions', 'lib/ingest', 'lib/live'],
  'lib/testing': ['lib/domain', 'lib/config', 'lib/store'],
  commands: ['*'],
  e2e: ['commands', 'lib/domain', 'lib/config', 'lib/testing'],
}

/** Packages that only these folders may use. */
const PACKAGE_HOMES: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/': ['lib/aws', 'lib/sources', 'lib/redrive', 'e2e'],
  'drizzle-orm': ['lib/store', 'lib/testing'],
  '@electric-sql/pglite': ['lib/store', 'lib/testing'],
  'pg-boss': ['lib/store', 'lib/collect'],
  recharts: ['components'],
  'next-auth': ['lib/auth', 'app'],
}

interface Import {
  readonly file: string
  readonly folder: string
  readonly specifier: string
  readonly isTypeOnly: boolean
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

function folderOf(path: string): string {
  const parts = path.split('/')
  return parts[0] === 'lib' ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

function listFiles(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.(ts|tsx|mts)$/.test(file) && existsSync(file) && file !== 'next-env.d.ts')
}

function listImports(): Import[] {
  return listFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => ({
      file,
      folder: folderOf(file),
      specifier: match[2] ?? match[3] ?? '',
      isTypeOnly: match[1] !== undefined,
    })),
  )
}

function targetOf(specifier: string): string | null {
  if (!specifier.startsWith('#')) return null
  const path = specifier.slice(1)
  return path.startsWith('world/') || path.startsWith('e2e/') ? 'e2e' : folderOf(path)
}

/** A test, or what several tests of a folder share. */
const isTest = (file: string): boolean => /\.test\.tsx?$|\/fixtures\//.test(file)
const imports = listImports()
const ofFolders = imports.filter(({ file }) => file.includes('/') && file !== 'lib/architecture.test.ts')

describe('the architecture', () => {
  test('every folder with code stands in the table', () => {
    const folders = new Set(
      listFiles()
        .filter((file) => file.includes('/') && !/^lib\/[^/]+\.ts$/.test(file))
        .map(folderOf),
    )
    expect([...folders].filter((folder) => MAY_IMPORT[folder] === undefined)).toEqual([])
  })

  test('no folder imports another that its row does not name', () => {
    const wrong = ofFolders.filter(({ file, folder, specifier }) => {
      const target = targetOf(specifier)
      const row = MAY_IMPORT[folder] ?? []
      if (target === null || target === folder || row.includes('*')) return false
      if (isTest(file) && (target === 'lib/testing' || target === 'e2e' || target.startsWith('lib/'))) return false
      return !row.includes(target)
    })
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([])
  })

  test('a path inside the own folder starts with ./ and no path climbs with ../', () => {
    expect(
      imports
        .filter(({ specifier }) => specifier.startsWith('..'))
        .map(({ file, specifier }) => `${file} imports ${specifier}`),
    ).toEqual([])
  })

  test('test builders are imported by tests and the sandbox only', () => {
    const wrong = ofFolders.filter(
      ({ file, folder, specifier }) =>
        /^#lib\/testing\/|\/fixtures\//.test(specifier) &&
        folder !== 'lib/testing' &&
        folder !== 'e2e' &&
        folder !== 'commands' &&
        !isTest(file),
    )
    expect(wrong.map(({ file }) => file)).toEqual([])
  })

  test('packages with a home are imported only there', () => {
    const wrong = ofFolders.filter(({ file, folder, specifier }) =>
      Object.entries(PACKAGE_HOMES).some(
        ([name, homes]) =>
          specifier.startsWith(name) && !homes.includes(folder) && !isTest(file) && folder !== 'commands',
      ),
    )
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([])
  })

  test('the sandbox never reaches the store: history comes in through sources and import alone', () => {
    const wrong = imports.filter(
      ({ file, specifier }) => file.startsWith('e2e/') && /#lib\/(store|collect|ingest)\//.test(specifier),
    )
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([])
  })

  test('the app reaches nothing of the sandbox', () => {
    const wrong = imports.filter(
      ({ file, specifier }) =>
        targetOf(specifier) === 'e2e' &&
        !/^(e2e|commands)\//.test(file) &&
        !isTest(file) &&
        file !== 'lib/architecture.test.ts',
    )
    expect(wrong.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([])
  })

  test('process.env is read in lib/config alone', () => {
    const wrong = listFiles().filter(
      (file) =>
        /^(lib|app|components)\//.test(file) &&
        !file.startsWith('lib/config/') &&
        !file.startsWith('lib/testing/') &&
        !isTest(file) &&
        /process\.env\b/.test(readFileSync(file, 'utf8')),
    )
    expect(wrong).toEqual([])
  })

  test('no style sheet has more than 300 lines, which the linter sees of code alone', () => {
    const sheets = execFileSync('git', ['ls-files', '*.css'], { encoding: 'utf8' }).trim().split('\n')
    expect(sheets.length).toBeGreaterThan(0)
    expect(sheets.filter((sheet) => readFileSync(sheet, 'utf8').trimEnd().split('\n').length > 300)).toEqual([])
  })

  test('ARCHITECTURE.md quotes this table', () => {
    const rows = Object.entries(MAY_IMPORT).map(
      ([folder, allowed]) =>
        `| \`${folder}\` | ${allowed.map((name) => (name === '*' ? 'anything' : `\`${name}\``)).join(', ') || 'nothing'} |`,
    )
    const page = readFileSync('ARCHITECTURE.md', 'utf8')
    expect(rows.filter((row) => !page.includes(row))).toEqual([])
  })
})
