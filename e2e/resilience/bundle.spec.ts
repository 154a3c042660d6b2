import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '#e2e/fixtures.ts'

const MARKER_LENGTH = 30
const CODE = /\.(?:ts|tsx|mjs|css)$/
/** What goes into the build: whatever stands there may stand in the bundle. */
const SOURCES = ['app', 'components', 'lib', 'instrumentation.ts', 'proxy.ts']
const BUILD = '.next'

test.skip(({ postgres }) => postgres !== null, 'the bundle is the same for both stores')

function filesOf(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function sourcesOf(...paths: readonly string[]): string[] {
  return paths
    .flatMap((path) => (CODE.test(path) ? [path] : filesOf(path)))
    .filter((file) => CODE.test(file) && !file.includes('.test.'))
}

/** Literal sentences, which a minifier keeps and which stand for the file they are in; single words may come from AWS's own client. */
function markersOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(['`])((?:(?!\1)[^\\$\n])+)\1/g)]
    .map(([, , text = '']) => text)
    .filter((text) => text.length >= MARKER_LENGTH && /\s\S+\s/.test(text))
}

/** The build's own output; what Next keeps for the next build and for type checks never runs. */
function readBuild(): string[] {
  return filesOf(BUILD)
    .filter((file) => !/^\.next\/(?:cache|types|diagnostics|trace|node_modules)/.test(file.replaceAll('\\', '/')))
    .map((file) => readFileSync(file, 'utf8'))
}

test('the production bundle holds nothing of the sandbox', () => {
  const built = readBuild()
  const ours = sourcesOf(...SOURCES)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const found = (marker: string): boolean => built.some((text) => text.includes(marker))
  const sandbox = [...new Set(sourcesOf('e2e').flatMap(markersOf))].filter((marker) => !ours.includes(marker))
  expect(sandbox.length, 'texts by which the sandbox would be known').toBeGreaterThan(200)
  expect(sandbox.filter(found)).toEqual([])
  const traced = filesOf(BUILD).filter((file) => file.endsWith('.nft.json'))
  expect(traced.filter((file) => /"[./]*e2e\//.test(readFileSync(file, 'utf8')))).toEqual([])

  const app = [...new Set(sourcesOf('lib/sources', 'lib/views').flatMap(markersOf))]
  const share = app.filter(found).length / app.length
  expect(share, 'texts of the app itself that are found in the same way').toBeGreaterThan(0.8)
})
