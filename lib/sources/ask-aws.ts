import { describeAwsError, type AwsCall, type AwsFailure } from '#lib/aws/describe-aws-error.ts'
import { SourceError } from './define-source.ts'

/** Runs one call; its failure becomes a `SourceError` in plain words. An abort stays an abort, since nothing is wrong upstream then. */
export async function askAws<T>(call: AwsCall, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    signal.throwIfAborted()
    throw toSourceError(describeAwsError(error, call), error)
  }
}

export function toSourceError({ reason, message }: AwsFailure, cause?: unknown): SourceError {
  return new SourceError(reason, message, { cause })
}
