import type { Finding, Subject } from '#lib/domain/finding.ts'
import { defineDetector, type AnyDetector, type DetectEvent, type Examined } from './define-detector.ts'

/**
 * What is enough: five messages that were received three times each, or three that were received twenty times each. A consumer that is slow
 * or that waits for another system tries less often than that, and a dead-letter queue takes messages sooner.
 */
const ENOUGH = [
  { sent: 5, receivesPerSent: 3 },
  { sent: 3, receivesPerSent: 20 },
] as const

/** What a team may set. */
export interface LeakTuning {
  /** Messages that are enough when each was received three times; with twenty receives each three fifths of them are. */
  readonly leastSent: number
}

/** CloudWatch corrects a period for some minutes after its end; older periods are taken as final. */
const CORRECTION_MS = 30 * 60_000

type FlowEvent = Extract<DetectEvent, { kind: 'flow' }>

interface Period {
  readonly atMs: number
  readonly seconds: number
  readonly sent: number
  readonly received: number
  readonly deleted: number
}

/** Figures since the last delete. */
interface Unprocessed {
  readonly sent: number
  readonly received: number
  /** Receives from the period of the first unprocessed send on. */
  readonly receivedSinceSend: number
  /** Start of the period of the first unprocessed send; null while nothing was sent. */
  readonly sinceMs: number | null
  readonly lastDeleteMs: number | null
}

interface ParityState {
  /** Periods that can no longer be corrected, as one sum. */
  readonly settled: Unprocessed
  /** End of the newest settled period, epoch ms; a period before it comes too late to be counted. */
  readonly settledToMs: number | null
  /** Periods that may still be corrected, by rising time. */
  readonly recent: readonly Period[]
  /** `sinceMs` at the moment when the rule was met; null while no leak is held. */
  readonly leakSinceMs: number | null
}

const NOTHING: Unprocessed = { sent: 0, received: 0, receivedSinceSend: 0, sinceMs: null, lastDeleteMs: null }

const endOf = (period: Period): number => period.atMs + period.seconds * 1000

/** A period with a delete starts the count anew: its own sends may be what was deleted. */
function add(sum: Unprocessed, period: Period): Unprocessed {
  if (period.deleted > 0) return { ...NOTHING, lastDeleteMs: period.atMs }
  const sinceMs = sum.sinceMs ?? (period.sent > 0 ? period.atMs : null)
  return {
    sent: sum.sent + period.sent,
    received: sum.received + period.received,
    receivedSinceSend: sinceMs === null ? 0 : sum.receivedSinceSend + period.received,
    sinceMs,
    lastDeleteMs: sum.lastDeleteMs,
  }
}

/** Puts a period in its place. It replaces what it covers (a correction); one that is inside a longer period says nothing new. */
function place(recent: readonly Period[], period: Period): readonly Period[] {
  const isInsideLonger = recent.some(
    (other) => other.seconds > period.seconds && other.atMs <= period.atMs && endOf(period) <= endOf(other),
  )
  if (isInsideLonger) return recent
  const others = recent.filter((other) => other.atMs < period.atMs || other.atMs >= endOf(period))
  return [...others, period].sort((a, b) => a.atMs - b.atMs)
}

/** A period older than all that can be corrected: only its deletes count, because its sends may have been counted already. */
function takeLate(state: ParityState, period: Period): ParityState {
  const { sinceMs, lastDeleteMs } = state.settled
  if (period.deleted === 0 || period.atMs <= (lastDeleteMs ?? -Infinity)) return state
  const isAmongCounted = sinceMs !== null && period.atMs >= sinceMs
  const settled = isAmongCounted ? { ...NOTHING, lastDeleteMs: period.atMs } : state.settled
  return { ...state, settled }
}

function take(state: ParityState, period: Period): ParityState {
  if (state.settledToMs !== null && period.atMs < state.settledToMs) return takeLate(state, period)
  const placed = place(state.recent, period)
  const horizonMs = (placed.at(-1)?.atMs ?? period.atMs) - CORRECTION_MS
  const final = placed.filter((other) => other.atMs < horizonMs)
  return {
    ...state,
    settled: final.reduce(add, state.settled),
    settledToMs: final.reduce<number | null>((to, other) => Math.max(to ?? -Infinity, endOf(other)), state.settledToMs),
    recent: placed.filter((other) => other.atMs >= horizonMs),
  }
}

/**
 * The rule itself. Receives of older, stuck messages count too, so a burst of sends that has had no time to be deleted is
 * held back for one period, unless its own receives already show it.
 */
function isLeak(sum: Unprocessed, newestMs: number, { leastSent }: LeakTuning): boolean {
  const { sent, received, receivedSinceSend, sinceMs } = sum
  if (sinceMs === null) return false
  return ENOUGH.some((least) => {
    const wanted = least.receivesPerSent * sent
    if (sent < Math.ceil((least.sent * leastSent) / 5) || received < wanted) return false
    return newestMs > sinceMs || receivedSinceSend >= wanted
  })
}

/** A leak is held until a delete that is not older than it: more sends or fewer receives are no evidence of health. */
function leakSince(state: ParityState, sum: Unprocessed, tuning: LeakTuning): number | null {
  const isHealed = state.leakSinceMs !== null && (sum.lastDeleteMs ?? -Infinity) >= state.leakSinceMs
  if (state.leakSinceMs !== null && !isHealed) return state.leakSinceMs
  return isLeak(sum, state.recent.at(-1)?.atMs ?? 0, tuning) ? sum.sinceMs : null
}

function findingOf(subject: Subject, event: FlowEvent, sum: Unprocessed, sinceMs: number): Finding {
  return {
    detector: 'flow-parity',
    subject,
    severity: 'bad',
    title: `${event.label}: ${sum.sent} sent, 0 processed`,
    sinceMs,
    evidence: { sent: sum.sent, received: sum.received, deleted: 0, sinceMs, lastDeleteMs: sum.lastDeleteMs },
  }
}

/**
 * Messages go into a queue, are received again and again, and none is ever deleted: the reader takes each and drops it. SQS shows
 * no error for it, and without a dead-letter queue no depth alarm fires, since what expires makes room for what comes.
 *
 * Counts since the last delete, so messages that were stuck long ago still count when they are received again with nothing sent.
 * Closes on a delete only. A queue that deletes slowly is well.
 *
 * It does not see a partial leak (some processed, others stuck), because each delete starts the count anew; a queue whose reader
 * receives nothing at all; nor messages sent in the very period of the last delete.
 */
export function leaks(tuning: LeakTuning): AnyDetector {
  const few = Math.ceil((3 * tuning.leastSent) / 5)
  return defineDetector<ParityState>({
    id: 'flow-parity',
    title: 'Received but never processed',
    rule: `Since the last delete at least ${tuning.leastSent} messages were sent and received at least 3 times as often, or at least ${few} were sent and received at least 20 times as often. Closes at the next delete.`,
    subjectsOf: (event) => (event.kind === 'flow' ? [{ kind: 'queue', id: event.queue }] : []),
    initial: () => ({ settled: NOTHING, settledToMs: null, recent: [], leakSinceMs: null }),
    examine: (state, event, subject): Examined<ParityState> => {
      if (event.kind !== 'flow') return { state, finding: 'unchanged' }
      const { atMs, periodSeconds: seconds, sent, received, deleted } = event
      const taken = take(state, { atMs, seconds, sent, received, deleted })
      const sum = taken.recent.reduce(add, taken.settled)
      const leakSinceMs = leakSince(taken, sum, tuning)
      return {
        state: { ...taken, leakSinceMs },
        finding: leakSinceMs === null ? null : findingOf(subject, event, sum, sum.sinceMs ?? leakSinceMs),
      }
    },
  })
}

/** The same with what is usually enough. */
export const flowParity = leaks({ leastSent: 5 })
