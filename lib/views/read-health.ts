import 'server-only'
import { getEnv } from '#lib/config/env.ts'
import { getSettings } from '#lib/config/load-settings.ts'
import { AppError } from '#lib/domain/errors.ts'
import { StoreOutage, withStore } from '#lib/store/outage.ts'
import { loadChannels } from './channel-statuses.ts'
import type { ChannelStatus, SourceStatus } from './shared.ts'
import { loadSight } from './source-statuses.ts'

/** How Spillway itself is. Public, so it holds states and ages and nothing that names what it watches. */
export interface Health {
  /** `down`: the store does not answer. `degraded`: a connected source is not seen, none is connected, or people cannot be told. */
  readonly status: 'ok' | 'degraded' | 'down'
  readonly store: { readonly state: 'ok' } | { readonly state: 'down'; readonly sinceSeconds: number }
  readonly sources: readonly SourceHealth[]
  readonly channels: readonly ChannelHealth[]
}

export interface ChannelHealth {
  readonly id: string
  readonly state: ChannelStatus['state']
  /** Messages that were not told yet. */
  readonly waiting: number
  /** For people who are signed in: what waits and why, or what is missing. */
  readonly message?: string | null
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
    const { statuses, channels } = await withStore(async (db) => {
      const settings = getSettings()
      const context = { tx: db.orm, nowMs, timeZone: settings.team.timeZone, env: getEnv(), settings }
      const [sight, told] = await Promise.all([loadSight(context), loadChannels(context)])
      return { statuses: sight.statuses, channels: told }
    })
    return {
      status: overallOf(statuses, channels),
      store: { state: 'ok' },
      sources: statuses.map((each) => sourceHealth(each, nowMs, isFull)),
      channels: channels.map((each) => channelHealth(each, isFull)),
    }
  } catch (error) {
    if (!isStoreDown(error)) throw error
    const sinceMs = error instanceof StoreOutage ? error.sinceMs : nowMs
    return {
      status: 'down',
      store: { state: 'down', sinceSeconds: secondsFrom(sinceMs, nowMs) },
      sources: [],
      channels: [],
    }
  }
}

/** A data folder that another process holds is a store that cannot be had, as well. */
function isStoreDown(error: unknown): error is AppError {
  return error instanceof AppError && ['store_unavailable', 'conflict', 'not_configured'].includes(error.code)
}

function overallOf(statuses: readonly SourceStatus[], channels: readonly ChannelStatus[]): Health['status'] {
  if (channels.some(({ state }) => state === 'failing')) return 'degraded'
  const connected = statuses.filter(({ state }) => state !== 'not-configured')
  return connected.length > 0 && connected.every(({ state }) => state === 'ok') ? 'ok' : 'degraded'
}

function sourceHealth(status: SourceStatus, nowMs: number, isFull: boolean): SourceHealth {
  const { id, state, lastOkMs, message, sinceMs } = status
  const ageSeconds = lastOkMs === null ? null : secondsFrom(lastOkMs, nowMs)
  return isFull ? { id, state, ageSeconds, message, sinceMs } : { id, state, ageSeconds }
}

function channelHealth({ id, state, waiting, message }: ChannelStatus, isFull: boolean): ChannelHealth {
  return isFull ? { id, state, waiting, message } : { id, state, waiting }
}

function secondsFrom(fromMs: number, nowMs: number): number {
  return Math.max(0, Math.round((nowMs - fromMs) / 1000))
}
