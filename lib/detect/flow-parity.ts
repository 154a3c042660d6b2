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
  /** Absent for none. */
  readonly sentChanged?: number
}

/** Messages that Spillway changed and sent again. A consumer that cannot process the others may process them. */
interface Changed {
  /** Sent, and not deleted as far as is known. */
  readonly waiting: number
  /** Start of the newest period in which any was sent. */
  readonly sentMs: number
  /** Deletes since the leak began that may all be of such messages, and the period of the first. */
  readonly processed: number
  readonly processedMs: number | null
}

/** Figures since the last delete; while a leak is held, since the last that cannot be of messages which Spillway changed. */
interface Unprocessed {
  readonly sent: number
  readonly received: number
  /** Receives from the period of the first unprocessed send on. */
  readonly receivedSinceSend: number
  /** Start of the period of the first unprocessed send; null while nothing was sent. */
  readonly sinceMs: number | null
  readonly lastDeleteMs: number | null
  /** Absent while Spillway sent none. */
  readonly changed?: Changed
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

/** What was sent longer ago than this, with none after it, is taken to have come back or expired. */
const CHANGED_MS = 15 * 60_000

/** Changed messages that are there to be deleted in a period. */
function waitingIn({ changed }: Pick<Unprocessed, 'changed'>, { atMs, sentChanged = 0 }: Period): number {
  const isFresh = changed !== undefined && atMs - changed.sentMs <= CHANGED_MS
  return (isFresh ? changed.waiting : 0) + sentChanged
}

/** Whether the deletes of a period show that messages are processed as their senders sent them; while no leak is held every delete does. */
function isProcessing(sum: Pick<Unprocessed, 'changed'>, period: Period, leakSinceMs: number | null): boolean {
  const isHeld = leakSinceMs !== null && period.atMs >= leakSinceMs
  return period.deleted > (isHeld ? waitingIn(sum, period) : 0)
}

function changedAfter(sum: Unprocessed, period: Period, isAnew: boolean): Pick<Unprocessed, 'changed'> {
  const { atMs, deleted, sentChanged = 0 } = period
  const waiting = Math.max(0, waitingIn(sum, period) - deleted)
  const sentMs = sentChanged > 0 ? atMs : (sum.changed?.sentMs ?? atMs)
  if (isAnew) return waiting === 0 ? {} : { changed: { waiting, sentMs, processed: 0, processedMs: null } }
  if (sum.changed === undefined && sentChanged === 0) return {}
  const { processed = 0, processedMs = null } = sum.changed ?? {}
  const firstMs = processedMs ?? (deleted > 0 ? atMs : null)
  return { changed: { waiting, sentMs, processed: processed + deleted, processedMs: firstMs } }
}

/** A period that shows messages to be processed starts the count anew: its own sends may be what was deleted. */
function add(sum: Unprocessed, period: Period, leakSinceMs: number | null): Unprocessed {
  const isAnew = isProcessing(sum, period, leakSinceMs)
  const changed = changedAfter(sum, period, isAnew)
  if (isAnew) return { ...NOTHING, ...changed, lastDeleteMs: period.atMs }
  const sinceMs = sum.sinceMs ?? (period.sent > 0 ? period.atMs : null)
  return {
    sent: sum.sent + period.sent,
    received: sum.received + period.received,
    receivedSinceSend: sinceMs === null ? 0 : sum.receivedSinceSend + period.received,
    sinceMs,
    lastDeleteMs: sum.lastDeleteMs,
    ...changed,
  }
}

const addAll = (sum: Unprocessed, periods: readonly Period[], leakSinceMs: number | null): Unprocessed =>
  periods.reduce((before, period) => add(before, period, leakSinceMs), sum)

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
  if (!isProcessing({}, period, state.leakSinceMs) || period.atMs <= (lastDeleteMs ?? -Infinity)) return state
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
    settled: addAll(state.settled, final, state.leakSinceMs),
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

/**
 * A leak is held until a delete that is not older than it and not of messages which Spillway changed: more sends or fewer receives are no
 * evidence of health.
 */
function leakSince(state: ParityState, sum: Unprocessed, tuning: LeakTuning): number | null {
  const isHealed = state.leakSinceMs !== null && (sum.lastDeleteMs ?? -Infinity) >= state.leakSinceMs
  if (state.leakSinceMs !== null && !isHealed) return state.leakSinceMs
  return isLeak(sum, state.recent.at(-1)?.atMs ?? 0, tuning) ? sum.sinceMs : null
}

function findingOf(subject: Subject, event: FlowEvent, sum: Unprocessed, sinceMs: number): Finding {
  const { changed } = sum
  return {
    detector: 'flow-parity',
    subject,
    severity: 'bad',
    title: `${event.label}: ${sum.sent} sent, 0 processed`,
    sinceMs,
    evidence: {
      sent: sum.sent,
      received: sum.received,
      deleted: 0,
      sinceMs,
      lastDeleteMs: sum.lastDeleteMs,
      ...(changed === undefined || changed.processedMs === null
        ? {}
        : { changedProcessed: changed.processed, changedProcessedMs: changed.processedMs }),
    },
  }
}

/**
 * Messages go into a queue, are received again and again, and none is ever deleted: the reader takes each and drops it. SQS shows
 * no error for it, and without a dead-letter queue no depth alarm fires, since what expires makes room for what comes.
 *
 * Counts since the last delete, so messages that were stuck long ago still count when they are received again with nothing sent.
 * Closes on a delete only. A queue that deletes slowly is well. What Spillway changed and sent again may be processed by a reader that
 * still drops everything else, so as many deletes as such messages wait close nothing; one more does.
 *
 * It does not see a partial leak (some processed, others stuck), because each delete starts the count anew; a queue whose reader
 * receives nothing at all; nor messages sent in the very period of the last delete.
 */
export function leaks(tuning: LeakTuning): AnyDetector {
  const few = Math.ceil((3 * tuning.leastSent) / 5)
  return defineDetector<ParityState>({
    id: 'flow-parity',
    title: 'Received but never processed',
    rule: `Since the last delete at least ${tuning.leastSent} messages were sent and received at least 3 times as often, or at least ${few} were sent and received at least 20 times as often. Closes at the next delete that cannot be of a message which Spillway changed and sent again.`,
    subjectsOf: (event) => (event.kind === 'flow' ? [{ kind: 'queue', id: event.queue }] : []),
    initial: () => ({ settled: NOTHING, settledToMs: null, recent: [], leakSinceMs: null }),
    examine: (state, event, subject): Examined<ParityState> => {
      if (event.kind !== 'flow') return { state, finding: 'unchanged' }
      const { atMs, periodSeconds: seconds, sent, received, deleted, sentChanged } = event
      const counts = { atMs, seconds, sent, received, deleted }
      const taken = take(state, sentChanged > 0 ? { ...counts, sentChanged } : counts)
      const sum = addAll(taken.settled, taken.recent, taken.leakSinceMs)
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
