import { randomBytes } from 'node:crypto'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { openDb } from '#lib/store/db.ts'
import type { Db } from '#lib/store/db.ts'
import { COMPAT_REGION } from '#e2e/conformance/compat-server.ts'
import { createTestClient, limitTo, oneLine, withDeadline, type Outcome } from '#e2e/conformance/run-suite.ts'
import { fifoChecks } from './checks/fifo-checks.ts'
import { otherWaysChecks } from './checks/other-ways-checks.ts'
import { standardChecks } from './checks/standard-checks.ts'
import type { Probe, RedriveCheck } from './redrive-check.ts'
import { RedriveStand } from './redrive-stand.ts'

/** Every check of redrives, in the order of the matrix. */
export const REDRIVE_CHECKS: readonly RedriveCheck[] = [...standardChecks, ...fifoChecks, ...otherWaysChecks]

const CHECK_DEADLINE_MS = 150_000
const PROBE_DEADLINE_MS = 40_000
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'spillway', AWS_SECRET_ACCESS_KEY: 'not-a-secret' }

/** A server that the product’s redrives are tried on. */
export interface RedriveTarget {
  readonly name: string
  readonly endpoint: string
}

/**
 * Runs the product's own redrives on a server, with a store of its own. The product's clients are one a process: one server at a time.
 * A check whose server lacks what it needs is asked for it first, and the outcome says what was missing.
 */
export async function runRedriveSuite(
  target: RedriveTarget,
  checks: readonly RedriveCheck[],
  concurrency: number,
): Promise<Outcome[]> {
  closeAwsClients()
  Object.assign(process.env, CREDENTIALS, { AWS_REGION: COMPAT_REGION, AWS_ENDPOINT_URL_SQS: target.endpoint })
  const db = await openDb({})
  const next = limitTo(concurrency)
  try {
    const missing = await askProbes(target, db, checks)
    return await Promise.all(checks.map((check) => next(() => judge(check, { target, db, missing }))))
  } finally {
    await db.close()
    closeAwsClients()
  }
}

/** What each probe that failed met; those that are not in it are there. */
async function askProbes(
  target: RedriveTarget,
  db: Db,
  checks: readonly RedriveCheck[],
): Promise<ReadonlyMap<Probe, string>> {
  const missing = new Map<Probe, string>()
  const asked = [...new Set(checks.flatMap(({ needs }) => needs))].map(async (probe) => {
    const problem = await onStand(target, db, (stand) => withDeadline(probe.run(stand), PROBE_DEADLINE_MS))
    if (problem !== undefined) missing.set(probe, problem)
  })
  await Promise.all(asked)
  return missing
}

interface Judging {
  readonly target: RedriveTarget
  readonly db: Db
  readonly missing: ReadonlyMap<Probe, string>
}

async function judge(check: RedriveCheck, { target, db, missing }: Judging): Promise<Outcome> {
  const { id, needs } = check
  const started = performance.now()
  const lacks = needs.find((probe) => missing.has(probe))
  if (lacks !== undefined) {
    const reason = `not supported by ${target.name}: ${lacks.title} (${missing.get(lacks)})`
    return { id, result: 'lacks', reason, ms: 0 }
  }
  const reason = await onStand(target, db, (stand) => withDeadline(check.run(stand), CHECK_DEADLINE_MS))
  return { id, result: reason === undefined ? 'pass' : 'fail', reason, ms: performance.now() - started }
}

/** One line with the reason when the work failed. */
async function onStand(
  { endpoint }: RedriveTarget,
  db: Db,
  work: (stand: RedriveStand) => Promise<void>,
): Promise<string | undefined> {
  const sqs = createTestClient(endpoint, COMPAT_REGION)
  const stand = new RedriveStand(db, sqs, `spw-${randomBytes(5).toString('hex')}`)
  try {
    await work(stand)
    return undefined
  } catch (error) {
    return oneLine(error)
  } finally {
    await stand.cleanUp()
    sqs.destroy()
  }
}
