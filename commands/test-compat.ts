import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { ALL_CHECKS } from '#e2e/conformance/all-checks.ts'
import { ALL_SERVERS } from '#e2e/conformance/all-servers.ts'
import { COMPAT_REGION } from '#e2e/conformance/compat-server.ts'
import type { CompatServer, RunningServer, SkippedServer } from '#e2e/conformance/compat-server.ts'
import { compareMatrix, readMatrix, renderMatrix, writeMatrix } from '#e2e/conformance/matrix.ts'
import type { Difference, Matrix, ServerResults } from '#e2e/conformance/matrix.ts'
import { startSuite } from '#e2e/conformance/run-suite.ts'
import type { Outcome, SuiteTarget } from '#e2e/conformance/run-suite.ts'

/**
 * `npm run test:compat`: the conformance suite against our SQS server and those of others, compared with the kept matrix. A server
 * that is wrong somewhere is expected to fail there: the suite must be able to tell.
 */
const EXPECTED = 'e2e/conformance/expected.json'
/** Checks of one server at once; servers run side by side. */
const CONCURRENCY = 10
const USAGE =
  `usage: npm run test:compat -- [--endpoint URL [--region REGION]] [--server ${ALL_SERVERS.map(({ name }) => name).join('|')}] [--update]\n` +
  '  --endpoint URL  judge any SQS endpoint; with --server compare it with that column, else every check has to pass\n' +
  '  --update        keep what was found as the expectation'

/** Runs every check; what is not as expected is run once more alone, since a busy machine can make a wait too short. */
async function judge(server: string, target: SuiteTarget, kept: Matrix): Promise<ServerResults> {
  const suite = startSuite(target, ALL_CHECKS, CONCURRENCY)
  const outcomes = await Promise.all(suite.outcomes)
  await suite.finished
  const first: ServerResults = { server, outcomes, skipped: undefined }
  const doubtful = new Set(compareMatrix(kept, [first]).map(({ id }) => id))
  if (doubtful.size === 0) return first
  const again = startSuite(
    target,
    ALL_CHECKS.filter(({ id }) => doubtful.has(id)),
    2,
  )
  const second = new Map((await Promise.all(again.outcomes)).map((outcome) => [outcome.id, outcome]))
  await again.finished
  return { ...first, outcomes: outcomes.map((outcome): Outcome => second.get(outcome.id) ?? outcome) }
}

/** Starts one server after the other (installing may block), then judges them side by side: they mostly wait. */
async function judgeAll(servers: readonly CompatServer[], kept: Matrix): Promise<ServerResults[]> {
  const started: (() => Promise<ServerResults>)[] = []
  for (const server of servers) {
    const running = await server.start()
    started.push(() => judgeServer(server, running, kept))
  }
  return Promise.all(started.map((run) => run()))
}

async function judgeServer(
  server: CompatServer,
  running: RunningServer | SkippedServer,
  kept: Matrix,
): Promise<ServerResults> {
  const startedMs = Date.now()
  if ('skipped' in running) {
    console.log(`${server.name} ${server.version}: skipped, ${running.skipped}`)
    return { server: server.name, outcomes: [], skipped: running.skipped }
  }
  try {
    const { endpoint, retention } = running
    const results = await judge(server.name, { endpoint, region: COMPAT_REGION, ...(retention && { retention }) }, kept)
    console.log(`${server.name} ${server.version}: judged in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
    return results
  } finally {
    await running.stop()
  }
}

function report(results: readonly ServerResults[], differences: readonly Difference[]): number {
  console.log(`\n${renderMatrix(ALL_CHECKS, results)}\n`)
  for (const { id, server, expected, found, reason } of differences) {
    console.log(`${server} ${id}: expected ${expected}, found ${found}${reason === undefined ? '' : `: ${reason}`}`)
  }
  const judged = results.reduce((sum, { outcomes }) => sum + outcomes.length, 0)
  const skipped = results.filter((result) => result.skipped !== undefined).length * ALL_CHECKS.length
  const ending = skipped === 0 ? '' : `, ${skipped} skipped`
  console.log(`${judged - differences.length} passed, ${differences.length} failed${ending}`)
  return differences.length === 0 ? 0 : 1
}

/** Every check of a server that is in no matrix has to pass. */
function allPass(server: string): Matrix {
  return Object.fromEntries(ALL_CHECKS.map(({ id }) => [id, { [server]: 'pass' as const }]))
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      endpoint: { type: 'string' },
      region: { type: 'string', default: COMPAT_REGION },
      server: { type: 'string' },
      update: { type: 'boolean', default: false },
    },
  })
  const kept = existsSync(EXPECTED) ? readMatrix(EXPECTED) : {}
  if (values.server !== undefined && !ALL_SERVERS.some(({ name }) => name === values.server)) {
    throw new TypeError(`there is no server "${values.server}"`)
  }
  if (values.endpoint !== undefined) {
    const expected = values.server === undefined ? allPass('endpoint') : kept
    const target = { endpoint: values.endpoint, region: values.region }
    const results = [await judge(values.server ?? 'endpoint', target, expected)]
    return report(results, compareMatrix(expected, results))
  }
  const servers = ALL_SERVERS.filter(({ name }) => values.server === undefined || values.server === name)
  const results = await judgeAll(servers, kept)
  if (values.update) writeMatrix(EXPECTED, kept, ALL_CHECKS, results)
  return report(results, compareMatrix(values.update ? readMatrix(EXPECTED) : kept, results))
}

try {
  process.exit(await main())
} catch (error) {
  if (!(error instanceof TypeError)) throw error
  console.error(`${error.message}\n${USAGE}`)
  process.exit(2)
}
