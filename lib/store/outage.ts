import 'server-only'
import { singleton } from '#lib/config/singleton.ts'
import { AppError } from '#lib/domain/errors.ts'
import { getDb, isStoreUnavailable, type Db } from './db.ts'

/** The store does not answer. `sinceMs`: the first failure of this stretch that this process saw. */
export class StoreOutage extends AppError {
  readonly sinceMs: number

  constructor(sinceMs: number, options?: ErrorOptions) {
    super(
      'store_unavailable',
      'Spillway cannot read its store at the moment. Nothing is lost; it tries again by itself.',
      options,
    )
    this.name = 'StoreOutage'
    this.sinceMs = sinceMs
  }
}

function outage(): { sinceMs: number | null } {
  return singleton('store-outage', () => ({ sinceMs: null }))
}

/** Since when this process has found the store silent; null while it answers. */
export function storeOutageSinceMs(): number | null {
  return outage().sinceMs
}

/** Runs work on the store; a store that does not answer becomes a `StoreOutage`, every other error passes as it is. */
export async function withStore<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const state = outage()
  try {
    const result = await work(await getDb())
    state.sinceMs = null
    return result
  } catch (error) {
    if (!isStoreUnavailable(error)) throw error
    state.sinceMs ??= Date.now()
    throw new StoreOutage(state.sinceMs, { cause: error })
  }
}
