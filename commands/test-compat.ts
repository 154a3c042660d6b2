import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { ALL_CHECKS } from '#e2e/conformance/all-checks.ts'
import { ALL_SERVERS } from '#e2e/conformance/all-servers.ts'
import { COMPAT_REGION } from '#e2e/conformance/compat-server.ts'
import type { CompatServer, RunningServer } from '#e2e/conformance/compat-server.ts'
import { compareMatrix, renderMatrix, writeMatrix } from '#e2e/conformance/matrix.ts'
import type { Matrix, MatrixRow, ServerResults } from '#e2e/conformance/matrix.ts'
import { renderDifferences } from './compat/differences-page.ts'
import { judgeConformance, judgeRedrives } from './compat/judge.ts'
import { allPass, keptMatrix } from './compat/kept-matrix.ts'
import { REDRIVE_CHECKS } from './compat/redrive-suite.ts'

/**
 * `npm run test:compat`: the conformance suite and the product's own redrives against our SQS server and those of others, compared with the
 * kept matrices. A server that is wrong somewhere is expected to fail there: the suites must be able to tell.
 */
const SUITES = {
  conformance: { checks: ALL_CHECKS, expected: 'e2e/conformance/expected.json' },
  redrives: { checks: REDRIVE_CHECKS, expected: 'commands/compat/expected-redrives.json' },
} as const
type SuiteName = keyof typeof SUITES
const PAGE = 'docs/compatibility.md'
const USAGE =
  `usage: npm run test:compat -- [--endpoint URL [--region REGION]] [--server ${ALL_SERVERS.map(({ name }) => name).join('|')}] [--suite conformance|redrives] [--update]\n` +
  '  --endpoint URL  judge any SQS endpoint; with --server compare it with that column, else every check has to pass\n' +
  `  --update        keep what was found as the expectation, and write ${PAGE}`

interface Started {
  readonly name: string
  readonly region: string
  /** Null where it cannot run on this machine, with the reason. */
  readonly running: RunningServer | null
  readonly skipped: string | undefined
}

type Results = Readonly<Record<SuiteName, readonly ServerResults[]>>
type Kept = Readonly<Record<SuiteName, Matrix>>

/** Starts one server after the other, since installing may block. */
async function startAll(servers: readonly CompatServer[]): Promise<Started[]> {
  const started: Started[] = []
  for (const server of servers) {
    const { name, version } = server
    const running = await server.start()
    const skipped = 'skipped' in running ? running.skipped : undefined
    console.log(`${name} ${version}: ${skipped === undefined ? 'started' : `skipped, ${skipped}`}`)
    started.push({ name, region: COMPAT_REGION, running: 'skipped' in running ? null : running, skipped })
  }
  return started
}

/** The conformance suites side by side, since they mostly wait; the redrives one after the other, since the product's clients are one. */
async function judgeAll(started: readonly Started[], suites: readonly SuiteName[], kept: Kept): Promise<Results> {
  const conformance = suites.includes('conformance')
    ? await Promise.all(
        started.map((each) =>
          judged(each, 'conformance', ({ endpoint, retention }) =>
            judgeConformance(
              each.name,
              { endpoint, region: each.region, ...(retention && { retention }) },
              kept.conformance,
            ),
          ),
        ),
      )
    : []
  const redrives: ServerResults[] = []
  if (suites.includes('redrives'))
    for (const each of started)
      redrives.push(await judged(each, 'redrives', ({ endpoint }) => judgeRedrives(each.name, endpoint, kept.redrives)))
  return { conformance, redrives }
}

async function judged(
  { name, running, skipped }: Started,
  suite: SuiteName,
  judge: (running: RunningServer) => Promise<ServerResults>,
): Promise<ServerResults> {
  if (running === null) return { server: name, outcomes: [], skipped }
  const startedMs = Date.now()
  const results = await judge(running)
  console.log(`${name} ${suite}: judged in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
  return results
}

/** Returns how many cells are as expected, are not, and were skipped. */
function report(checks: readonly MatrixRow[], results: readonly ServerResults[], kept: Matrix): readonly number[] {
  if (results.length === 0) return [0, 0, 0]
  console.log(`\n${renderMatrix(checks, results)}\n`)
  for (const { outcomes } of results)
    for (const { id, result, reason } of outcomes) if (result === 'lacks') console.log(`${id}: ${reason}`)
  const differences = compareMatrix(kept, results)
  for (const { id, server, expected, found, reason } of differences)
    console.log(`${server} ${id}: expected ${expected}, found ${found}${reason === undefined ? '' : `: ${reason}`}`)
  const ran = results.reduce((sum, { outcomes }) => sum + outcomes.length, 0)
  const skipped = results.filter((result) => result.skipped !== undefined).length * checks.length
  return [ran - differences.length, differences.length, skipped]
}

function reportAll(results: Results, kept: Kept): number {
  const counts = [
    report(SUITES.conformance.checks, results.conformance, kept.conformance),
    report(SUITES.redrives.checks, results.redrives, kept.redrives),
  ]
  const [passed = 0, failed = 0, skipped = 0] = [0, 1, 2].map((at) =>
    counts.reduce((sum, each) => sum + (each[at] ?? 0), 0),
  )
  console.log(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`)
  return failed === 0 ? 0 : 1
}

function readKept(): Kept {
  return { conformance: keptMatrix(SUITES.conformance.expected), redrives: keptMatrix(SUITES.redrives.expected) }
}

/** Keeps what was found. */
function update(results: Results, kept: Kept): Kept {
  for (const suite of ['conformance', 'redrives'] as const)
    writeMatrix(SUITES[suite].expected, kept[suite], SUITES[suite].checks, results[suite])
  writeFileSync(PAGE, renderDifferences(readKept()))
  return readKept()
}

function suitesOf(asked: string | undefined): readonly SuiteName[] {
  if (asked === undefined) return ['conformance', 'redrives']
  if (asked !== 'conformance' && asked !== 'redrives') throw new TypeError(`there is no suite "${asked}"`)
  return [asked]
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string' },
      region: { type: 'string', default: COMPAT_REGION },
      server: { type: 'string' },
      suite: { type: 'string' },
      update: { type: 'boolean', default: false },
    },
  })
  const suites = suitesOf(values.suite)
  if (values.server !== undefined && !ALL_SERVERS.some(({ name }) => name === values.server))
    throw new TypeError(`there is no server "${values.server}"`)
  const kept = readKept()
  if (values.endpoint !== undefined) {
    const name = values.server ?? 'endpoint'
    const running = { endpoint: values.endpoint, stop: () => Promise.resolve() }
    const expected =
      values.server === undefined
        ? { conformance: allPass(ALL_CHECKS, name), redrives: allPass(REDRIVE_CHECKS, name) }
        : kept
    const started = [{ name, region: values.region, running, skipped: undefined }]
    return reportAll(await judgeAll(started, suites, expected), expected)
  }
  const started = await startAll(
    ALL_SERVERS.filter(({ name }) => values.server === undefined || values.server === name),
  )
  try {
    const results = await judgeAll(started, suites, kept)
    return reportAll(results, values.update ? update(results, kept) : kept)
  } finally {
    for (const { running } of started) await running?.stop()
  }
}

try {
  process.exit(await main())
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(`${error.message}\n${USAGE}`)
  process.exit(2)
}
