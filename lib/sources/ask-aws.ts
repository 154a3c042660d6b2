import { inAwsCall } from '#lib/aws/aws-call.ts'
import { describeAwsError, type AwsCall, type AwsFailure } from '#lib/aws/describe-aws-error.ts'
import { SourceError, type PollContext } from './define-source.ts'

/** The longest that one call may take with its retries, so that a beat is never lost in waiting. */
const DEADLINE_MS = 20_000

/**
 * Runs one call under a deadline, and counts its requests; its failure becomes a `SourceError` in plain words. An abort from outside stays
 * an abort, since nothing is wrong upstream then.
 */
export async function askAws<T>(
  call: AwsCall,
  { signal, countCall }: Pick<PollContext, 'signal' | 'countCall'>,
  send: () => Promise<T>,
  deadlineMs: number = DEADLINE_MS,
): Promise<T> {
  try {
    const scope = {
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
      onAttempt: () => countCall(call.service.toLowerCase(), call.operation),
    }
    return await inAwsCall(scope, send)
  } catch (error) {
    signal.throwIfAborted()
    throw toSourceError(describeAwsError(error, call), error)
  }
}

export function toSourceError({ reason, message }: AwsFailure, cause?: unknown): SourceError {
  return new SourceError(reason, message, { cause })
}
