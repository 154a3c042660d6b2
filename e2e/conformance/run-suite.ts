import { SQSClient } from '@aws-sdk/client-sqs'

import { CheckContext } from './check-context.ts'
import type { RetentionTarget } from './check-context.ts'
import type { Check } from './check.ts'

export interface Outcome {
  readonly id: string
  /** `lacks`: the server has not what the check needs, which was asked of it first. */
  readonly result: 'pass' | 'fail' | 'lacks'
  /** Why it failed, or what is lacking, one line. */
  readonly reason: string | undefined
  readonly ms: number
}

export interface SuiteTarget {
  readonly endpoint: string
  readonly region: string
  /** Where the server has a twin that accepts a short retention period. */
  readonly retention?: { readonly endpoint: string; readonly seconds: number }
}

const CHECK_DEADLINE_MS = 40_000
const RETENTION_DEADLINE_MS = 110_000

/** A client for a server under test. Credentials are placeholders: none of the servers checks signatures. */
export function createTestClient(endpoint: string, region: string): SQSClient {
  return new SQSClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'AKIACONFORMANCE', secretAccessKey: 'conformance' },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 25_000, httpAgent: { keepAlive: true, maxSockets: 200 } },
  })
}

/** Starts every check, `concurrency` at a time, and gives a promise for each, in the order of the checks. */
export function startSuite(
  target: SuiteTarget,
  checks: readonly Check[],
  concurrency = 24,
): { outcomes: Promise<Outcome>[]; finished: Promise<void> } {
  const sqs = createTestClient(target.endpoint, target.region)
  const twin = target.retention && createTestClient(target.retention.endpoint, target.region)
  const retention: RetentionTarget | undefined = twin &&
    target.retention && { sqs: twin, seconds: target.retention.seconds }
  const next = limitTo(concurrency)
  const outcomes = checks.map((check) => next(() => runCheck(check, new CheckContext(sqs, retention))))
  const finished = Promise.all(outcomes).then(() => {
    sqs.destroy()
    twin?.destroy()
  })
  return { outcomes, finished }
}

async function runCheck(check: Check, context: CheckContext): Promise<Outcome> {
  const started = performance.now()
  const deadlineMs = check.needs?.includes('retention') ? RETENTION_DEADLINE_MS : CHECK_DEADLINE_MS
  let reason: string | undefined
  try {
    await withDeadline(check.run(context), deadlineMs)
  } catch (error) {
    reason = oneLine(error)
  }
  await context.cleanUp()
  return { id: check.id, result: reason === undefined ? 'pass' : 'fail', reason, ms: performance.now() - started }
}

/** Throws when the work is not done in time. */
export async function withDeadline(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not finished after ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** An error in one line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}

/** Runs what it is given in order, at most `most` at once. */
export function limitTo(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const wake = waiting.shift()
      if (wake === undefined) running -= 1
      else wake()
    }
  }
}
