import 'server-only'
import { isStoreUnavailable } from '#lib/store/db.ts'
import { sourceLease } from '#lib/store/leases.ts'
import { getSourceState } from '#lib/store/source-states.ts'
import type { Source } from '#lib/sources/define-source.ts'
import { createCallTally } from './call-tally.ts'
import type { CollectContext } from './collect-context.ts'
import type { Poll, PollMemory } from './keep-poll.ts'
import { backoffMs, pause } from './pause.ts'
import { pollOnce, type Polled } from './poll-once.ts'
import { noteTrouble, runUnderLease } from './run-under-lease.ts'

const STORE_BACKOFF = { firstMs: 250, mostMs: 5_000 }
/** A long poll has no beat to wait for when it fails. */
const LONG_POLL_BACKOFF = { firstMs: 500, mostMs: 5_000 }
/** A throttled source is asked less often, but still often enough to notice that it answers again. */
const MOST_THROTTLED_BEATS = 4

/** Reads one source on its beat for as long as this process holds its lease, until `signal` is aborted. Never throws. */
export async function runSourceLoop(source: Source, context: CollectContext, signal: AbortSignal): Promise<void> {
  const memory: PollMemory = { calls: createCallTally(), wasStoreSilent: false, failures: 0 }
  await runUnderLease(sourceLease(source.id), context, signal, async (lease, held) => {
    // Whoever read it last may have been another process: the beat goes on from there.
    const state = await context.withStore((db) => getSourceState(db.orm, source.id))
    await beat({ held: { source, lease, signal: held }, context, memory }, state?.lastAttemptMs ?? null)
  })
}

async function beat(poll: Omit<Poll, 'startedMs'>, lastAttemptMs: number | null): Promise<void> {
  const { held, context, memory } = poll
  const everyMs = held.source.everySeconds(context.settings) * 1000
  let waitMs = lastAttemptMs === null ? 0 : untilNext(lastAttemptMs, everyMs, context)
  let storeFailures = 0
  for (;;) {
    await pause(waitMs, held.signal)
    if (held.signal.aborted) return
    try {
      waitMs = waitAfter(await pollOnce(poll), everyMs, poll)
      context.changes.well('store')
      storeFailures = 0
    } catch (error) {
      if (held.signal.aborted) return
      if (!isStoreUnavailable(error)) throw error
      noteTrouble(held.source.id, error, context)
      storeFailures += 1
      waitMs = backoffMs(storeFailures, STORE_BACKOFF.firstMs, STORE_BACKOFF.mostMs)
      memory.wasStoreSilent = true
    }
  }
}

/** Never longer than a beat, also when the process before had a clock that is ahead. */
function untilNext(lastStartMs: number, everyMs: number, { nowMs }: CollectContext): number {
  return Math.min(everyMs, lastStartMs + everyMs - nowMs())
}

function waitAfter(polled: Polled, everyMs: number, poll: Omit<Poll, 'startedMs'>): number {
  const { startedMs, hasMore, againSeconds, failure } = polled
  if (hasMore) return 0
  if (againSeconds !== null) return untilNext(startedMs, Math.min(everyMs, againSeconds * 1000), poll.context)
  const beatMs = untilNext(startedMs, everyMs, poll.context)
  if (failure === null) return beatMs
  if (everyMs === 0) return backoffMs(poll.memory.failures, LONG_POLL_BACKOFF.firstMs, LONG_POLL_BACKOFF.mostMs)
  const beats = failure.reason === 'throttled' ? Math.min(MOST_THROTTLED_BEATS, 2 ** (poll.memory.failures - 1)) : 1
  return beatMs + (beats - 1) * everyMs
}
