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
const TRY_AGAIN_MS = 2_000
const STORE_BACKOFF = { firstMs: 250, mostMs: 5_000 }

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
      const lease = await context.withStore((db) =>
        acquireLease(db, { name, holder: context.holder, ttlSeconds: TTL_SECONDS }),
      )
      context.changes.well('store')
      failures = 0
      if (lease === null) await pause(TRY_AGAIN_MS, signal)
      else await holdLease(lease, context, signal, run)
    } catch (error) {
      if (error instanceof LeaseLost) continue
      failures += 1
      noteTrouble(name, error, context)
      await pause(backoffMs(failures, STORE_BACKOFF.firstMs, STORE_BACKOFF.mostMs), signal)
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

async function holdLease(
  lease: Lease,
  context: CollectContext,
  signal: AbortSignal,
  run: (lease: Lease, held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController()
  const keeper = keepLease(lease, context, () => lost.abort())
  try {
    await run(lease, AbortSignal.any([signal, lost.signal]))
  } finally {
    await keeper.stop()
    // When it cannot be given back it runs out by itself.
    if (!lost.signal.aborted) await context.withStore((db) => releaseLease(db, lease)).catch(() => {})
  }
}

/** Renews the lease on a timer, so that it is kept through long polls. `onLost` is called once, at the latest when it has run out. */
function keepLease(lease: Lease, context: CollectContext, onLost: () => void): { stop(): Promise<void> } {
  let heldFromMs = performance.now()
  let renewal: Promise<void> | null = null

  const renew = async (): Promise<void> => {
    const startedMs = performance.now()
    try {
      if (await context.withStore((db) => renewLease(db, lease, TTL_SECONDS))) heldFromMs = startedMs
      else onLost()
    } catch (error) {
      noteTrouble(lease.name, error, context)
    }
  }
  const timer = setInterval(() => {
    if (performance.now() - heldFromMs >= TTL_SECONDS * 1000) onLost()
    renewal ??= renew().finally(() => {
      renewal = null
    })
  }, RENEW_MS)
  return {
    stop: async () => {
      clearInterval(timer)
      await renewal
    },
  }
}
