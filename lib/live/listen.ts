import 'server-only'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'

const CONNECT_MS = 5_000
const MOST_WAIT_MS = 5_000
/** A connection that died without a word is noticed by a question that is not answered in time. */
const PROBE_EVERY_MS = 10_000
const PROBE_MS = 5_000

interface ListenOptions {
  readonly databaseUrl: string
  readonly channel: string
  readonly onPayload: (payload: string) => void
  /** Called each time that listening begins: what was notified before was not heard. */
  readonly onConnect: () => void
  /** Called once each time that the connection is lost, with the reason. */
  readonly onLost: (error: unknown) => void
}

/** Listens on a connection of its own until closed; connects anew for ever. A pooled connection will not do: LISTEN belongs to a session. */
export function listen(options: ListenOptions): { close(): Promise<void> } {
  const closing = new AbortController()
  const running = keepListening(options, closing.signal)
  return {
    close: async () => {
      closing.abort()
      await running
    },
  }
}

async function keepListening(options: ListenOptions, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      await listenOnce(options, signal, () => {
        failures = 0
      })
    } catch (error) {
      failures += 1
      if (failures === 1 && !signal.aborted) options.onLost(error)
      const longestMs = Math.min(MOST_WAIT_MS, 250 * 2 ** failures)
      await wait(longestMs * (0.5 + Math.random() / 2), undefined, { signal, ref: false }).catch(() => {})
    }
  }
}

/** Resolves when `signal` is aborted, throws when the connection is lost. */
async function listenOnce(options: ListenOptions, signal: AbortSignal, onConnected: () => void): Promise<void> {
  const client = new Client({
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: PROBE_MS,
    keepAlive: true,
    application_name: 'spillway live',
  })
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject)
    client.on('end', () => reject(new Error('The connection that listens was closed.')))
  })
  // It is awaited below only once the connection stands; until then `connect` tells the same.
  lost.catch(() => {})
  try {
    await client.connect()
    client.on('notification', ({ payload }) => options.onPayload(payload ?? ''))
    await client.query(`listen "${options.channel}"`)
    onConnected()
    options.onConnect()
    await Promise.race([lost, probeUntil(client, signal)])
  } finally {
    await Promise.race([client.end().catch(() => {}), wait(PROBE_MS, undefined, { ref: false })])
  }
}

async function probeUntil(client: Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(PROBE_EVERY_MS, undefined, { signal, ref: false }).catch(() => {})
    if (!signal.aborted) await client.query('select 1')
  }
}
