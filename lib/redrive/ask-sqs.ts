import 'server-only'
import { describeAwsError } from '#lib/aws/describe-aws-error.ts'
import { isSurelyNotDone } from '#lib/aws/is-surely-not-done.ts'
import type { GapReason } from '#lib/domain/gap.ts'
import { ownNameOfUrl } from '#lib/domain/queue.ts'

/** A call to SQS that failed, in plain words for a person. */
export class QueueCallError extends Error {
  readonly reason: GapReason
  /** Nothing was changed for certain; false when SQS may have carried it out. */
  readonly isSurelyNotDone: boolean

  constructor(failure: { readonly reason: GapReason; readonly message: string }, cause: unknown) {
    super(failure.message, { cause })
    this.name = 'QueueCallError'
    this.reason = failure.reason
    this.isSurelyNotDone = isSurelyNotDone(cause)
  }
}

const DEADLINE_MS = 20_000

/**
 * Runs one call under a deadline; a long poll has as much after it has waited. Throws `QueueCallError`, or the signal's reason when it was
 * aborted from outside.
 */
export async function askSqs<T>(
  operation: string,
  queueUrl: string,
  signal: AbortSignal,
  ...[send, waitSeconds = 0]: readonly [send: (signal: AbortSignal) => Promise<T>, waitSeconds?: number]
): Promise<T> {
  signal.throwIfAborted()
  // Neither AbortSignal.timeout nor AbortSignal.any: what they make stays in memory for seconds after the answer, call by call.
  const call = new AbortController()
  const giveUp = (): void => call.abort(signal.reason)
  signal.addEventListener('abort', giveUp)
  const timer = setTimeout(
    () => call.abort(new DOMException('SQS did not answer in time.', 'TimeoutError')),
    DEADLINE_MS + waitSeconds * 1000,
  )
  try {
    return await send(call.signal)
  } catch (error) {
    signal.throwIfAborted()
    // IAM knows batches by the name of the single call.
    const permission = `sqs:${operation.replace(/Batch$/u, '')}`
    throw new QueueCallError(
      describeAwsError(error, { service: 'SQS', operation, permission, subject: ownNameOfUrl(queueUrl) }),
      error,
    )
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}
