import { ALL_CHECKS } from '#e2e/conformance/all-checks.ts'
import { compareMatrix, type Matrix, type ServerResults } from '#e2e/conformance/matrix.ts'
import { startSuite, type Outcome, type SuiteTarget } from '#e2e/conformance/run-suite.ts'
import { REDRIVE_CHECKS, runRedriveSuite } from './redrive-suite.ts'

/** Checks of one server at once. */
const CONFORMANCE_AT_ONCE = 10
const REDRIVES_AT_ONCE = 6
/** What is not as expected is run once more with fewer others: a busy machine can make a wait too short. */
const AGAIN_AT_ONCE = 2

/** The conformance suite on one server. */
export function judgeConformance(server: string, target: SuiteTarget, kept: Matrix): Promise<ServerResults> {
  return judgeTwice(server, kept, async (ids) => {
    const checks = ALL_CHECKS.filter(({ id }) => ids === null || ids.has(id))
    const suite = startSuite(target, checks, ids === null ? CONFORMANCE_AT_ONCE : AGAIN_AT_ONCE)
    const outcomes = await Promise.all(suite.outcomes)
    await suite.finished
    return outcomes
  })
}

/** The product's own redrives on one server; no two servers at the same time. */
export function judgeRedrives(server: string, endpoint: string, kept: Matrix): Promise<ServerResults> {
  return judgeTwice(server, kept, (ids) => {
    const checks = REDRIVE_CHECKS.filter(({ id }) => ids === null || ids.has(id))
    return runRedriveSuite({ name: server, endpoint }, checks, ids === null ? REDRIVES_AT_ONCE : AGAIN_AT_ONCE)
  })
}

async function judgeTwice(
  server: string,
  kept: Matrix,
  run: (ids: ReadonlySet<string> | null) => Promise<readonly Outcome[]>,
): Promise<ServerResults> {
  const first: ServerResults = { server, outcomes: await run(null), skipped: undefined }
  const doubtful = new Set(compareMatrix(kept, [first]).map(({ id }) => id))
  if (doubtful.size === 0) return first
  const again = new Map((await run(doubtful)).map((outcome) => [outcome.id, outcome]))
  return { ...first, outcomes: first.outcomes.map((outcome) => again.get(outcome.id) ?? outcome) }
}
