import 'server-only'
import { getEnv } from '#lib/config/env.ts'
import { getLog } from '#lib/config/log.ts'
import { dropSingleton, singleton } from '#lib/config/singleton.ts'
import { getDb } from '#lib/store/db.ts'
import { notify } from '#lib/store/notify.ts'
import { createCoalescer, type Coalescer } from './coalesce.ts'
import { listen } from './listen.ts'
import { readNotification, writeNotifications } from './notification.ts'

/** What has become stale, never data. After `resync` anything may have changed. `version` grows within a process. */
export type LiveEvent = { readonly version: number; readonly topics: readonly string[] } | { readonly kind: 'resync' }

export type LiveListener = (event: LiveEvent) => void

/** Four events a second of one topic are as live as a person can see. */
const LEAST_BETWEEN_MS = 250
const CHANNEL = 'spillway_live'
const SLOT = 'live-bus'

interface Bus {
  readonly listeners: Set<LiveListener>
  /** Towards this process's listeners. */
  readonly inward: Coalescer
  /** Towards every process on the same PostgreSQL, this one included. */
  readonly outward: Coalescer
  /** Notifications on their way, awaited at shutdown. */
  readonly sending: Set<Promise<void>>
  listening: ReturnType<typeof listen> | null
}

/**
 * Tells every listener of every process that these topics are stale. Call it after the commit, never inside a transaction.
 * Returns at once and never throws. Topics: `queues`, `queue:<name>`, `emails`, `findings`, `sources`, `marks`, `settings`.
 */
export function publish(topics: readonly string[]): void {
  if (topics.length === 0) return
  const { inward, outward } = bus()
  if (getEnv().DATABASE_URL === undefined) inward.add(topics)
  else outward.add(topics)
}

/** Calls the listener for each event until the returned function is called. A listener that throws is logged and kept. */
export function subscribe(listener: LiveListener): () => void {
  const own = bus()
  own.listeners.add(listener)
  const { DATABASE_URL: databaseUrl } = getEnv()
  if (databaseUrl !== undefined) own.listening ??= listenTo(databaseUrl, own)
  return () => {
    own.listeners.delete(listener)
  }
}

/** Sends what waits, ends the connection that listens and forgets the listeners. For the end of a process. */
export async function closeLive(): Promise<void> {
  const { inward, outward, sending, listening, listeners } = bus()
  outward.flush()
  inward.flush()
  await Promise.all(sending)
  await listening?.close()
  listeners.clear()
  dropSingleton(SLOT)
}

function bus(): Bus {
  return singleton(SLOT, () => {
    const listeners = new Set<LiveListener>()
    const sending = new Set<Promise<void>>()
    let version = Date.now()
    const inward = createCoalescer((topics) => {
      version += 1
      tell(listeners, { version, topics })
    }, LEAST_BETWEEN_MS)
    const outward = createCoalescer((topics) => {
      const sent = notifyAll(topics, inward).finally(() => sending.delete(sent))
      sending.add(sent)
    }, LEAST_BETWEEN_MS)
    return { listeners, inward, outward, sending, listening: null }
  })
}

function tell(listeners: ReadonlySet<LiveListener>, event: LiveEvent): void {
  for (const listener of listeners) {
    try {
      listener(event)
    } catch (error) {
      getLog().error({ err: error }, 'a live listener failed')
    }
  }
}

/** A notification that the database did not take is told to this process at least; the others hear `resync` when they reconnect. */
async function notifyAll(topics: readonly string[], inward: Coalescer): Promise<void> {
  try {
    const db = await getDb()
    for (const payload of writeNotifications(topics)) await notify(db.orm, CHANNEL, payload)
  } catch (error) {
    getLog().debug({ err: error }, 'a live event did not reach the database')
    inward.add(topics)
  }
}

function listenTo(
  databaseUrl: string,
  { listeners, inward }: Pick<Bus, 'listeners' | 'inward'>,
): ReturnType<typeof listen> {
  return listen({
    databaseUrl,
    channel: CHANNEL,
    onPayload: (payload) => {
      const topics = readNotification(payload)
      // A newer version of Spillway on the same database may say what this one cannot read.
      if (topics === null) tell(listeners, { kind: 'resync' })
      else if (topics.length > 0) inward.add(topics)
    },
    onConnect: () => tell(listeners, { kind: 'resync' }),
    onLost: (error) => {
      getLog().warn({ err: error }, 'live events from other processes are lost until the database answers')
      // Whoever asks now learns that the store does not answer, instead of trusting a silence.
      tell(listeners, { kind: 'resync' })
    },
  })
}
