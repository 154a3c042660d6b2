import { describeAwsError, type AwsCall, type AwsFailure } from '#lib/aws/describe-aws-error.ts'
import { SourceError } from './define-source.ts'

/** The longest that one call may take with its retries, so that a beat is never lost in waiting. */
const DEADLINE_MS = 20_000

/**
 * Runs one call under a deadline; its failure becomes a `SourceError` in plain words. An abort from outside stays an abort, since
 * nothing is wrong upstream then.
 */
export async function askAws<T>(
  call: AwsCall,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number = DEADLINE_MS,
): Promise<T> {
  try {
    return await send(AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]))
  } catch (error) {
    signal.throwIfAborted()
    throw toSourceError(describeAwsError(error, call), error)
  }
}

export function toSourceError({ reason, message }: AwsFailure, cause?: unknown): SourceError {
  return new SourceError(reason, message, { cause })
}
