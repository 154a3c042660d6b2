import 'server-only'
import { singleton } from '#lib/config/singleton.ts'
import { subscribe } from './bus.ts'

const BEAT_MS = 15_000
/** Chunks that a reader may leave unread; one who reads slower is cut off, reconnects and fetches all. */
const MOST_UNREAD = 200

interface StreamOptions {
  /** Aborted when the reader goes away. */
  readonly signal: AbortSignal
  /** Named in the greeting, so that pages of another build reload. */
  readonly build: string
  /** False when the reader's session or token has ended: the stream then closes. */
  readonly isWelcome: () => Promise<boolean>
}

/** Open streams of this process. */
function openStreams(): Set<() => void> {
  return singleton('live-streams', () => new Set())
}

/** Ends every stream. For shutdown, which would otherwise wait for the readers. */
export function closeStreams(): void {
  for (const close of openStreams()) close()
}

/** How many readers listen. */
export function countStreams(): number {
  return openStreams().size
}

const doNothing = (): void => undefined

/** Live events as server-sent events: a greeting, then what becomes stale, and a beat every 15 s. */
export function openStream({ signal, build, isWelcome }: StreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let close = doNothing
  let end = doNothing
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const send = (text: string): void => {
          if (!openStreams().has(close)) return
          if ((controller.desiredSize ?? 0) < -MOST_UNREAD) close()
          else controller.enqueue(encoder.encode(text))
        }
        const say = (message: object): void => send(`data: ${JSON.stringify(message)}\n\n`)
        const unsubscribe = subscribe((event) =>
          say('topics' in event ? { kind: 'change', topics: event.topics } : { kind: 'resync' }),
        )
        const stopBeating = startBeat(
          () => {
            send(':\n')
            say({ kind: 'beat' })
          },
          isWelcome,
          { leave: () => close(), doubt: () => say({ kind: 'resync' }) },
        )
        end = () => {
          unsubscribe()
          stopBeating()
          signal.removeEventListener('abort', close)
          openStreams().delete(close)
        }
        close = () => {
          if (!openStreams().has(close)) return
          end()
          controller.close()
        }
        openStreams().add(close)
        signal.addEventListener('abort', close)
        say({ kind: 'hello', build })
        if (signal.aborted) close()
      },
      cancel: () => end(),
    },
    new CountQueuingStrategy({ highWaterMark: 1 }),
  )
}

/** Beats, and looks each time whether the reader may still listen. `doubt` is called when the store cannot tell. */
function startBeat(
  beat: () => void,
  isWelcome: () => Promise<boolean>,
  on: { leave(): void; doubt(): void },
): () => void {
  const timer = setInterval(() => {
    beat()
    // A store that cannot tell is no reason to send anybody away; asking for data will show them that it is silent.
    isWelcome().then(
      (isStillWelcome) => (isStillWelcome ? undefined : on.leave()),
      () => on.doubt(),
    )
  }, BEAT_MS)
  return () => clearInterval(timer)
}
