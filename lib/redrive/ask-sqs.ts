import 'server-only'
import { inAwsCall, type AwsCallScope } from '#lib/aws/aws-call.ts'
import { describeAwsError } from '#lib/aws/describe-aws-error.ts'
import { isSurelyNotDone } from '#lib/aws/is-surely-not-done.ts'
import type { GapReason } from '#lib/domain/gap.ts'
import { ownNameOfUrl } from '#lib/domain/queue.ts'
import type { QueueAccess } from './redrive-context.ts'

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
 * Runs one call under a deadline, in its turn where only so many may be under way, and counts its requests; a long poll has as much time
 * after it has waited. Throws `QueueCallError`, or the signal's reason when it was aborted from outside.
 */
export async function askSqs<T>(
  operation: string,
  queueUrl: string,
  access: CallAccess,
  ...[send, waitSeconds = 0]: readonly [send: () => Promise<T>, waitSeconds?: number]
): Promise<T> {
  access.signal.throwIfAborted()
  const { scope, end } = beginCall(operation, access, waitSeconds)
  try {
    return await inAwsCall(scope, send)
  } catch (error) {
    access.signal.throwIfAborted()
    // IAM knows batches by the name of the single call.
    const permission = `sqs:${operation.replace(/Batch$/u, '')}`
    throw new QueueCallError(
      describeAwsError(error, { service: 'SQS', operation, permission, subject: ownNameOfUrl(queueUrl) }),
      error,
    )
  } finally {
    end()
  }
}

type CallAccess = Pick<QueueAccess, 'signal' | 'countCall' | 'slots'>

/** What belongs to one call. Its deadline counts from its first request: what waits for its turn is not late. */
function beginCall(
  operation: string,
  { signal, countCall, slots }: CallAccess,
  waitSeconds: number,
): { readonly scope: AwsCallScope; readonly end: () => void } {
  // Neither AbortSignal.timeout nor AbortSignal.any: what they make stays in memory for seconds after the answer, call by call.
  const call = new AbortController()
  const giveUp = (): void => call.abort(signal.reason)
  signal.addEventListener('abort', giveUp)
  let timer: NodeJS.Timeout | undefined
  const timed = <R>(request: () => Promise<R>): Promise<R> => {
    timer ??= setTimeout(
      () => call.abort(new DOMException('SQS did not answer in time.', 'TimeoutError')),
      DEADLINE_MS + waitSeconds * 1000,
    )
    return request()
  }
  const kind = operation === 'ReceiveMessage' ? 'receive' : 'finish'
  return {
    scope: {
      signal: call.signal,
      onAttempt: () => countCall('sqs', operation),
      inTurn: (request) => (slots === undefined ? timed(request) : slots.run(() => timed(request), kind)),
    },
    end: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    },
  }
}
