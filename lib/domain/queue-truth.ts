import type { Alarm } from './alarm.ts'
import { counted, figure } from './count-words.ts'
import type { Freshness } from './freshness.ts'
import type { Truth } from './truth.ts'

/** Everything that decides what is said of one queue. */
export interface QueueEvidence {
  /** The queue's own open findings, oldest first, with the words that follow the queue's name: `6 sent, 0 processed`. */
  readonly findings: readonly {
    readonly words: string
    readonly severity: 'bad' | 'unknown'
    readonly sinceMs: number
  }[]
  /** Alarms that name this queue. */
  readonly alarms: readonly Alarm[]
  /** True where other queues' dead letters land here. */
  readonly isDeadLetterQueue: boolean
  readonly depth: Freshness
  /** Messages at the last good reading; null when there never was one. */
  readonly visible: number | null
  readonly inFlight: number | null
  readonly delayed: number | null
  /** Messages sent in the window by CloudWatch; null where it told nothing. */
  readonly sent: number | null
}

export interface QueueVerdict {
  readonly truth: Truth
  /** Two or three words, e.g. `12 dead letters`, `quiet`, `not seen`. */
  readonly word: string
  readonly sinceMs: number | null
}

/**
 * What is true of a queue. A finding stands until evidence ends it, seen or not; then dead letters, then alarms; after these a queue is
 * `ok` only on a fresh reading of its depth.
 */
export function queueTruth(evidence: QueueEvidence): QueueVerdict {
  const bad = evidence.findings.find((finding) => finding.severity === 'bad')
  if (bad !== undefined) return { truth: 'bad', word: bad.words, sinceMs: bad.sinceMs }
  const { depth, visible } = evidence
  const letters = evidence.isDeadLetterQueue && depth.isFresh ? (visible ?? 0) + (evidence.inFlight ?? 0) : 0
  if (letters > 0) return { truth: 'bad', word: deadLetterWords(letters), sinceMs: null }
  const alarm = evidence.alarms.find(({ state }) => state === 'alarm')
  if (alarm !== undefined) return { truth: 'bad', word: 'in alarm', sinceMs: alarm.stateSinceMs }
  const unknown = evidence.findings[0]
  if (unknown !== undefined) return { truth: 'unknown', word: unknown.words, sinceMs: unknown.sinceMs }
  if (!depth.isFresh) return unseen(depth.sinceMs)
  return { truth: 'ok', word: calmWord(evidence), sinceMs: null }
}

function unseen(sinceMs: number | null): QueueVerdict {
  return { truth: 'unknown', word: sinceMs === null ? 'not read yet' : 'not seen', sinceMs }
}

/** "Quiet" needs a depth that was read as zero: CloudWatch telling nothing is no evidence. */
function calmWord(evidence: QueueEvidence): string {
  const waiting = (evidence.visible ?? 0) + (evidence.delayed ?? 0)
  if (evidence.isDeadLetterQueue) return 'empty'
  if (waiting > 0) return `${figure(waiting)} waiting`
  if ((evidence.inFlight ?? 0) > 0) return `${figure(evidence.inFlight ?? 0)} in hand`
  return (evidence.sent ?? 0) > 0 ? 'flowing' : 'quiet'
}

/** `12 dead letters`. */
export function deadLetterWords(count: number): string {
  return counted(count, 'dead letter')
}

/** A finding's title without the name of the queue that it begins with, for places where the name stands already. */
export function wordsAfterName(title: string, names: readonly string[]): string {
  const name = names.find((each) => title.startsWith(`${each}: `))
  return name === undefined ? title : title.slice(name.length + 2)
}
