import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { SourceError, type PollContext, type PollResult, type Source } from '#lib/sources/define-source.ts'
import { addCalls } from '#lib/store/api-calls.ts'
import { isStoreUnavailable, type Tx } from '#lib/store/db.ts'
import { listQueues } from '#lib/store/queues.ts'
import { getSourceState, recordAttempt, type SourceState } from '#lib/store/source-states.ts'
import { askSource } from './ask-source.ts'
import type { CollectContext } from './collect-context.ts'
import { storeFailure, storeGood, type Failure, type Poll } from './keep-poll.ts'
import { assertHeld, LeaseLost } from './run-under-lease.ts'

export interface Polled {
  /** Start of the poll, epoch ms. */
  readonly startedMs: number
  readonly hasMore: boolean
  /** Seconds from `startedMs` to a poll that the source wants before its beat; null for the beat. */
  readonly againSeconds: number | null
  /** Null for a good poll. */
  readonly failure: Failure | null
}

/**
 * One poll: the attempt is stored before the upstream is asked; readings, cursor, detector states and findings are stored together after it;
 * then it is published, and only then the upstream is told that they are kept. A failure of the upstream is stored as a gap.
 * Throws `LeaseLost`, the signal's reason, or an error for which `isStoreUnavailable` holds: then nothing is kept and the same is read again.
 */
export async function pollOnce(parts: Omit<Poll, 'startedMs'>): Promise<Polled> {
  const { held, context, memory } = parts
  const poll = { ...parts, startedMs: context.nowMs() }
  const { state, queues } = await begin(poll)
  const answer = await ask(poll, pollContext(poll, state, queues))
  const failure = 'failure' in answer ? answer.failure : await keepGood(poll, state, answer.result)
  if (failure === null) {
    const { hasMore = false, againSeconds = null } = 'result' in answer ? answer.result : {}
    return { startedMs: poll.startedMs, hasMore, againSeconds, failure }
  }
  context.changes.problem(held.source.id, `${failure.reason}: ${failure.message}`, failure.fault)
  memory.failures += 1
  context.publish(await keep(poll, (tx) => storeFailure(tx, poll, state, failure)))
  return { startedMs: poll.startedMs, hasMore: false, againSeconds: null, failure }
}

/** Errors of the upstream end here: a connection that it refused must not look like one that the store refused. */
async function ask(
  { held }: Poll,
  asked: Omit<PollContext, 'signal'>,
): Promise<{ readonly result: PollResult } | { readonly failure: Failure }> {
  try {
    return { result: await askSource(held, asked) }
  } catch (error) {
    held.signal.throwIfAborted()
    return { failure: failureOf(error) }
  }
}

/** Stores, publishes, acknowledges. Returns why it failed when what was read cannot be stored although the store answers; else null. */
async function keepGood(poll: Poll, state: SourceState | null, result: PollResult): Promise<Failure | null> {
  const { held, context } = poll
  try {
    context.publish(await keep(poll, (tx) => storeGood(tx, poll, state, result)))
  } catch (error) {
    if (held.signal.aborted || error instanceof LeaseLost || isStoreUnavailable(error)) throw error
    return failureOf(error)
  }
  context.changes.well(held.source.id)
  await acknowledge(held.source, result, context)
  return null
}

async function begin({ held, context, memory, startedMs }: Poll) {
  const { id } = held.source
  try {
    return await context.withStore((db) =>
      db.transaction(async (tx) => {
        await assertHeld(tx, held.lease)
        const state = await getSourceState(tx, id)
        await recordAttempt(tx, id, startedMs)
        return { state, queues: await listQueues(tx) }
      }),
    )
  } catch (error) {
    if (isStoreUnavailable(error)) memory.wasStoreSilent = true
    throw error
  }
}

function pollContext(
  { context: { env, settings, nowMs }, memory }: Poll,
  state: SourceState | null,
  queues: PollContext['queues'],
): Omit<PollContext, 'signal'> {
  return {
    env,
    settings,
    cursor: state?.cursor ?? null,
    queues,
    nowMs,
    countCall: (service, operation) => memory.calls.add(service, operation),
  }
}

/** Stores what a poll brought and the calls that it made, in one transaction under the lease. Returns the topics that are stale then. */
async function keep(
  { held, context, memory, startedMs }: Poll,
  store: (tx: Tx) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  held.signal.throwIfAborted()
  const calls = memory.calls.take()
  try {
    const topics = await context.withStore((db) =>
      db.transaction(async (tx) => {
        await assertHeld(tx, held.lease)
        await addCalls(tx, calls, startedMs)
        return store(tx)
      }),
    )
    memory.wasStoreSilent = false
    return topics
  } catch (error) {
    // They were made, whether or not this could be stored.
    memory.calls.putBack(calls)
    if (isStoreUnavailable(error)) memory.wasStoreSilent = true
    throw error
  }
}

/** What is not acknowledged is given again, and storing it again changes nothing: so a failure here is no failure of the poll. */
async function acknowledge(source: Source, result: PollResult, { changes }: CollectContext): Promise<void> {
  try {
    await result.afterCommit?.()
    changes.well(`${source.id} acknowledgement`)
  } catch (error) {
    changes.problem(
      `${source.id} acknowledgement`,
      'What was stored could not be acknowledged; it will come again.',
      error,
    )
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SourceError) return { reason: error.reason, message: error.message }
  if (error instanceof AppError) return { reason: 'internal', message: error.message }
  return { reason: 'internal', message: 'A fault inside Spillway; its log has the details.', fault: error }
}
