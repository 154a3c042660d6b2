import { SourceError, type PollContext, type PollResult, type Source } from '#lib/sources/define-source.ts'

/** A poll that is given up after this time, or after two of its intervals when these are longer. Sources have shorter limits of their own. */
const LEAST_LIMIT_MS = 60_000

/**
 * Polls a source, and gives up when `signal` is aborted or time has run out, also when the source does not heed its signal.
 * Throws what the source throws; a `SourceError` with reason `timeout` when time has run out; the signal's reason when it is aborted.
 */
export async function askSource(
  { source, signal }: { readonly source: Source; readonly signal: AbortSignal },
  context: Omit<PollContext, 'signal'>,
  leastLimitMs = LEAST_LIMIT_MS,
): Promise<PollResult> {
  const limitMs = Math.max(leastLimitMs, source.everySeconds(context.settings) * 2_000)
  const deadline = AbortSignal.timeout(limitMs)
  const either = AbortSignal.any([signal, deadline])
  try {
    return await Promise.race([source.poll({ ...context, signal: either }), rejectWhenAborted(either)])
  } catch (error) {
    signal.throwIfAborted()
    if (!deadline.aborted) throw error
    throw new SourceError('timeout', `${source.title} gave no answer within ${Math.round(limitMs / 1000)} s.`, {
      cause: error,
    })
  }
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}
