import 'server-only'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { StoreOutage, withStore } from '#lib/store/outage.ts'
import type { SourceStatus } from './shared.ts'
import { loadSight } from './source-statuses.ts'

/** How Spillway itself is. Public, so it holds states and ages and nothing that names what it watches. */
export interface Health {
  /** `down`: the store does not answer. `degraded`: a connected source is not seen, or none is connected. */
  readonly status: 'ok' | 'degraded' | 'down'
  readonly store: { readonly state: 'ok' } | { readonly state: 'down'; readonly sinceSeconds: number }
  readonly sources: readonly SourceHealth[]
}

export interface SourceHealth {
  readonly id: string
  readonly state: SourceStatus['state']
  /** Age of the last good reading; null when there was none. */
  readonly ageSeconds: number | null
  /** For people who are signed in: what is wrong, in a sentence, and since when (epoch ms). */
  readonly message?: string | null
  readonly sinceMs?: number | null
}

/** Looks at the store and at every source. `isFull` adds the words that are not for everybody. */
export async function readHealth(isFull: boolean): Promise<Health> {
  const nowMs = Date.now()
  try {
    const settings = getSettings()
    const { timeZone } = settings.team
    const { statuses } = await withStore((db) => loadSight({ tx: db.orm, nowMs, timeZone, env: getEnv(), settings }))
    const status = overallOf(statuses)
    return { status, store: { state: 'ok' }, sources: statuses.map((each) => sourceHealth(each, nowMs, isFull)) }
  } catch (error) {
    if (!isStoreDown(error)) throw error
    const sinceMs = error instanceof StoreOutage ? error.sinceMs : nowMs
    return { status: 'down', store: { state: 'down', sinceSeconds: secondsFrom(sinceMs, nowMs) }, sources: [] }
  }
}

/** A data folder that another process holds is a store that cannot be had, as well. */
function isStoreDown(error: unknown): error is AppError {
  return error instanceof AppError && ['store_unavailable', 'conflict', 'not_configured'].includes(error.code)
}

function overallOf(statuses: readonly SourceStatus[]): Health['status'] {
  const connected = statuses.filter(({ state }) => state !== 'not-configured')
  return connected.length > 0 && connected.every(({ state }) => state === 'ok') ? 'ok' : 'degraded'
}

function sourceHealth(status: SourceStatus, nowMs: number, isFull: boolean): SourceHealth {
  const { id, state, lastOkMs, message, sinceMs } = status
  const ageSeconds = lastOkMs === null ? null : secondsFrom(lastOkMs, nowMs)
  return isFull ? { id, state, ageSeconds, message, sinceMs } : { id, state, ageSeconds }
}

function secondsFrom(fromMs: number, nowMs: number): number {
  return Math.max(0, Math.round((nowMs - fromMs) / 1000))
}
