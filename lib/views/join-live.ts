import { keepStream, type OpenSource, type StreamListener } from './keep-stream.ts'
import type { LiveMessage } from './live-message.ts'
import { seekLeadership, type Locks } from './seek-leadership.ts'
import { parseTabWord, type TabWord } from './tab-word.ts'

const CHANNEL_NAME = 'spillway-live'

/** A leader is heard at least at every beat; one silent for longer is asleep, and another tab takes its place. */
const LEADER_SILENCE_MS = 45_000
const WATCH_EVERY_MS = 5_000

/** What joining needs of a browser; `locks` and `openChannel` are null where it lacks them. */
export interface LivePorts {
  readonly openSource: OpenSource
  readonly locks: Locks | null
  readonly openChannel: ((name: string) => BroadcastChannel) | null
  /** A clock that only goes forward, in ms. */
  readonly nowMs: () => number
}

export function browserPorts(url: string): LivePorts {
  return {
    openSource: (onData, onError) => openEventSource(url, onData, onError),
    locks: 'locks' in navigator ? navigator.locks : null,
    openChannel: 'BroadcastChannel' in globalThis ? (name) => new BroadcastChannel(name) : null,
    nowMs: () => performance.now(),
  }
}

function openEventSource(url: string, onData: (data: string) => void, onError: () => void): () => void {
  const source = new EventSource(url)
  source.addEventListener('message', ({ data }: MessageEvent<unknown>) => onData(String(data)))
  source.addEventListener('error', onError)
  return () => source.close()
}

/**
 * Listens to the server's live events until the returned function is called. All tabs of a browser share one stream, since a browser
 * opens only six connections to a host: one tab leads, holds the stream and passes on what it hears. When it closes or sleeps, another leads.
 */
export function joinLive(ports: LivePorts, listener: StreamListener): () => void {
  const { locks, openChannel } = ports
  if (locks === null || openChannel === null) return keepStream(ports.openSource, listener)
  const channel = openChannel(CHANNEL_NAME)
  // A channel reaches this origin alone and takes no target.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  const post = (word: TabWord): void => channel.postMessage(word)
  const stream = sharedStream(ports.openSource, listener, post)
  const leadership = seekLeadership(locks, stream.open)
  const id = crypto.randomUUID()
  let heardMs = ports.nowMs()
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const word = parseTabWord(data)
    if (word?.say === 'who leads') stream.answer(word.from)
    else if (word !== null) {
      heardMs = ports.nowMs()
      hear(word, id, listener)
    }
  })
  post({ say: 'who leads', from: id })
  const watch = setInterval(() => {
    const isSilent = ports.nowMs() - heardMs > LEADER_SILENCE_MS
    if (leadership.isLeader() || isSilent) heardMs = ports.nowMs()
    if (isSilent && !leadership.isLeader()) leadership.take()
  }, WATCH_EVERY_MS)
  return () => {
    clearInterval(watch)
    leadership.leave()
    channel.close()
  }
}

/** The leader's stream: what it hears goes to this tab and to the others. */
function sharedStream(
  openSource: OpenSource,
  listener: StreamListener,
  post: (word: TabWord) => void,
): { open: () => () => void; answer: (to: string) => void } {
  let hello: LiveMessage | null = null
  const open = (): (() => void) => {
    const close = keepStream(openSource, {
      onMessage: (message) => {
        if (message.kind === 'hello') hello = message
        post({ say: 'message', message, to: null })
        listener.onMessage(message)
      },
      onConnection: (isConnected) => {
        if (!isConnected) hello = null
        post({ say: 'connection', isConnected })
        listener.onConnection(isConnected)
      },
    })
    return () => {
      hello = null
      close()
    }
  }
  const answer = (to: string): void => {
    if (hello !== null) post({ say: 'message', message: hello, to })
  }
  return { open, answer }
}

/** Takes what the leader says to all, or to this tab: a greeting for this tab alone says besides that the leader is connected. */
function hear(word: Exclude<TabWord, { say: 'who leads' }>, id: string, listener: StreamListener): void {
  if (word.say === 'connection') listener.onConnection(word.isConnected)
  else if (word.to === null) listener.onMessage(word.message)
  else if (word.to === id) {
    listener.onConnection(true)
    listener.onMessage(word.message)
  }
}
