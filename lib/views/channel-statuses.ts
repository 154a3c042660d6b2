import 'server-only'
import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import { counted } from '#lib/domain/count-words.ts'
import type { Notifier } from '#lib/notify/define-notifier.ts'
import { notifiers } from '#lib/notify/index.ts'
import type { Tx } from '#lib/store/db.ts'
import { readBacklog, type Backlog } from '#lib/store/outbox-delivery.ts'
import type { ChannelStatus } from './shared.ts'

/** People are told within seconds: what waits for longer is held up. */
const SLOW_MS = 60_000

interface ChannelContext {
  readonly tx: Tx
  readonly nowMs: number
  readonly env: Env
  readonly settings: Settings
}

/** How every channel in which people are told is, in the registry's order. */
export async function loadChannels({ tx, nowMs, env, settings }: ChannelContext): Promise<ChannelStatus[]> {
  return Promise.all(
    notifiers.map(async (notifier) =>
      channelStatus(notifier, notifier.missing(env, settings), await readBacklog(tx, notifier.id), nowMs),
    ),
  )
}

/** What is said of one channel: whether it is connected, and what waits for it and why. */
export function channelStatus(
  { id, title }: Pick<Notifier, 'id' | 'title'>,
  missing: string | null,
  { count, oldestMs, error }: Backlog,
  nowMs: number,
): ChannelStatus {
  const base = { id, title, waiting: count, sinceMs: oldestMs }
  const wait = `${counted(count, 'message')} ${count === 1 ? 'waits' : 'wait'}`
  if (missing !== null) {
    const words = count === 0 ? `${title} is not connected.` : `${title} is not connected; ${wait}.`
    return { ...base, state: 'not-configured', message: `${words} ${missing}` }
  }
  if (error !== null) return { ...base, state: 'failing', message: `${wait}. ${error}` }
  const isSlow = oldestMs !== null && nowMs - oldestMs > SLOW_MS
  return isSlow
    ? { ...base, state: 'failing', message: `${wait}, and no process delivers.` }
    : { ...base, state: 'ok', message: null }
}
