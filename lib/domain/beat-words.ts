import { counted, listed } from './count-words.ts'
import { durationWords } from './duration-words.ts'

interface Beat {
  readonly everySeconds: number
  readonly quietSinceMs: number | null
}

interface BeatClock {
  /** Seconds between two readings of a queue that is not quiet. */
  readonly baseSeconds: number
  /** `since 10:31` for a moment. */
  readonly since: (atMs: number) => string
}

/** How often a queue is read and why: `every 4 min, since nothing has been in it since 10:31`. */
export function beatWords({ everySeconds, quietSinceMs }: Beat, { baseSeconds, since }: BeatClock): string {
  const every = `every ${durationWords(everySeconds)}`
  if (quietSinceMs === null || everySeconds <= baseSeconds) return every
  return `${every} while it is quiet: nothing has been in it ${since(quietSinceMs)}`
}

/** How often the queues are read, in one sentence; empty without queues. */
export function beatsSentence(beats: readonly { readonly everySeconds: number; readonly isDlq: boolean }[]): string {
  const sources = beats.filter(({ isDlq }) => !isDlq)
  const parts = [
    ...partOf(sources, 'source queue'),
    ...partOf(
      beats.filter(({ isDlq }) => isDlq),
      'dead-letter queue',
    ),
  ]
  return parts.length === 0 ? '' : `Spillway reads the depth of ${listed(parts)}.`
}

function partOf(beats: readonly { readonly everySeconds: number }[], noun: string): string[] {
  if (beats.length === 0) return []
  const seconds = beats.map(({ everySeconds }) => everySeconds)
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)]
  const every = least === most ? durationWords(least) : `${durationWords(least)} to ${durationWords(most)}`
  return [`${counted(beats.length, noun)} every ${every}`]
}
