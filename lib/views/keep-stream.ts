import { parseLiveMessage, type LiveMessage } from './live-message.ts'

/** Opens a stream of events and returns how to close it; after `onError` nothing more comes of it. */
export type OpenSource = (onData: (data: string) => void, onError: () => void) => () => void

export interface StreamListener {
  onMessage(message: LiveMessage): void
  /** True once the server has greeted, false when the stream broke. */
  onConnection(isConnected: boolean): void
}

/** The server beats every 15 s; a stream silent for longer than this is dead, even if the network has not noticed. */
const SILENCE_MS = 40_000
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 30_000

/**
 * How long to wait before attempt `attempt` (from 0) to reconnect: doubling up to 30 s, spread by half,
 * so that many browsers do not return at once. `random` lies between 0 and 1.
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt)
  return Math.round(full * (0.5 + random / 2))
}

/** Keeps one stream open until the returned function is called: reconnects when it breaks or falls silent. */
export function keepStream(openSource: OpenSource, listener: StreamListener, random = Math.random): () => void {
  let close: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  const stop = (): void => {
    clearTimeout(timer)
    close?.()
    close = null
  }
  const lose = (): void => {
    stop()
    timer = setTimeout(connect, reconnectDelayMs(attempt, random()))
    attempt += 1
    listener.onConnection(false)
  }
  const hear = (data: string): void => {
    clearTimeout(timer)
    timer = setTimeout(lose, SILENCE_MS)
    const message = parseLiveMessage(jsonOf(data))
    if (message?.kind === 'hello') {
      attempt = 0
      listener.onConnection(true)
    }
    if (message !== null) listener.onMessage(message)
  }
  const connect = (): void => {
    timer = setTimeout(lose, SILENCE_MS)
    close = openSource(hear, lose)
  }
  connect()
  return stop
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
