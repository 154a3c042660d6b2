import 'server-only'
import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { CallCount } from '#lib/store/api-calls.ts'
import { QueueCallError } from './ask-sqs.ts'
import { reachOf, type QueueAccess } from './redrive-context.ts'

/** What was asked of SQS for a person, and the calls that it took, to be stored with the rest. */
export interface Asked<T> {
  readonly answer: T
  readonly calls: readonly CallCount[]
}

/** A person waits for it. */
const DEADLINE_MS = 60_000

/** Asks SQS on behalf of a person; an error of SQS becomes one that a person can read. */
export async function askForPerson<T>(
  from: { readonly env: Env; readonly settings: Settings },
  work: (access: QueueAccess) => Promise<T>,
): Promise<Asked<T>> {
  const calls = new Map<string, CallCount>()
  const countCall = (service: string, operation: string): void => {
    const count = (calls.get(operation)?.count ?? 0) + 1
    calls.set(operation, { service, operation, count })
  }
  try {
    const answer = await work({ aws: reachOf(from), signal: AbortSignal.timeout(DEADLINE_MS), countCall })
    return { answer, calls: [...calls.values()] }
  } catch (error) {
    if (error instanceof QueueCallError) throw new AppError(codeOf(error), error.message, { cause: error })
    throw error
  }
}

function codeOf({ reason }: QueueCallError): 'not_configured' | 'rate_limited' | 'internal' {
  if (reason === 'denied') return 'not_configured'
  return reason === 'throttled' ? 'rate_limited' : 'internal'
}
