import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import type { Tx } from '#lib/store/db.ts'
import { isStoreUnavailable } from '#lib/store/db.ts'
import { acquireLease, assertLease, releaseLease, renewLease, type Lease } from '#lib/store/leases.ts'
import type { CollectContext } from './collect-context.ts'
import { backoffMs, pause } from './pause.ts'

/** A killed holder is replaced within this time and one more try. */
const TTL_SECONDS = 10
const RENEW_MS = 3_000
/** Work under a lease that could not be renewed ends this long before another can take it, so that the two never overlap. */
const STOP_EARLY_MS = 1_000
const TRY_AGAIN_MS = 2_000
/** Also for a run that fails each time: it is not begun several times a second for ever. */
const BACKOFF = { firstMs: 250, mostMs: 5_000 }

/** The lease is another's now; whatever was going on keeps nothing. */
export class LeaseLost extends Error {}

/** Like `assertLease`, but a lost lease can be told from any other conflict. */
export async function assertHeld(tx: Tx, lease: Lease): Promise<void> {
  try {
    await assertLease(tx, lease)
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') throw new LeaseLost(error.message, { cause: error })
    throw error
  }
}

/**
 * Keeps trying for the lease `name`, and runs `run` each time that it is held, until `signal` is aborted. `held` is aborted when the
 * lease is lost. Never throws: what `run` throws is logged once and tried again.
 */
export async function runUnderLease(
  name: string,
  context: CollectContext,
  signal: AbortSignal,
  run: (lease: Lease, held: AbortSignal) => Promise<void>,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const heldFromMs = performance.now()
      const lease = await context.withStore((db) =>
        acquireLease(db, { name, holder: context.holder, ttlSeconds: TTL_SECONDS }),
      )
      context.changes.well('store')
      if (lease === null) await pause(TRY_AGAIN_MS, signal)
      else await holdLease({ lease, heldFromMs }, context, signal, run)
      failures = 0
    } catch (error) {
      if (error instanceof LeaseLost) continue
      failures += 1
      noteTrouble(name, error, context)
      await pause(backoffMs(failures, BACKOFF.firstMs, BACKOFF.mostMs), signal)
    }
  }
}

/** Notes an error that a loop met: what is wrong with the store once for all loops, anything else under the loop's name. */
export function noteTrouble(name: string, error: unknown, { changes }: CollectContext): void {
  if (isStoreUnavailable(error))
    changes.problem('store', 'The store does not answer; nothing is read or kept until it does.', error)
  else if (error instanceof AppError) changes.problem('store', error.message)
  else changes.problem(name, 'A loop failed and starts again.', error)
}

/** `heldFromMs`, of the process's monotonic clock: when it was asked for, and so at the latest when its time began to run. */
interface Held {
  readonly lease: Lease
  readonly heldFromMs: number
}

async function holdLease(
  held: Held,
  context: CollectContext,
  signal: AbortSignal,
  run: (lease: Lease, held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController()
  const keeper = keepLease(held, context, () => lost.abort())
  try {
    await run(held.lease, AbortSignal.any([signal, lost.signal]))
  } finally {
    await keeper.stop()
    // When it cannot be given back it runs out by itself.
    if (!lost.signal.aborted) await context.withStore((db) => releaseLease(db, held.lease)).catch(() => {})
  }
}

/** Renews the lease on a timer, so that it is kept through long polls. `onLost` is called before another can have it. */
function keepLease(
  { lease, heldFromMs }: Held,
  context: CollectContext,
  onLost: () => void,
): { stop(): Promise<void> } {
  let renewal: Promise<void> | null = null

  const end = (): void => {
    clearInterval(renewing)
    clearTimeout(deadline)
    onLost()
  }
  const deadlineFrom = (fromMs: number): NodeJS.Timeout =>
    setTimeout(end, fromMs + TTL_SECONDS * 1000 - STOP_EARLY_MS - performance.now())
  const renew = async (): Promise<void> => {
    const startedMs = performance.now()
    try {
      const isHeld = await context.withStore((db) => renewLease(db, lease, TTL_SECONDS))
      clearTimeout(deadline)
      if (isHeld) deadline = deadlineFrom(startedMs)
      else end()
    } catch (error) {
      noteTrouble(lease.name, error, context)
    }
  }
  let deadline = deadlineFrom(heldFromMs)
  const renewing = setInterval(() => {
    renewal ??= renew().finally(() => {
      renewal = null
    })
  }, RENEW_MS)
  return {
    stop: async () => {
      clearInterval(renewing)
      await renewal
      clearTimeout(deadline)
    },
  }
}
