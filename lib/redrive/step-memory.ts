import type { LedgerCounts } from '#lib/store/read-ledger.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { LeftMessages } from './left-messages.ts'
import { Pacer } from './pacer.ts'

/** What a redrive has done so far, in messages, kept up to date without counting the ledger anew. */
export interface MovedSoFar {
  /** In the ledger and not refused. */
  taken: number
  /** Sent for certain. */
  moved: number
  /** Of those sent since the run is judged. */
  cameBack: number
}

/** What a process remembers of a redrive between its steps. Losing it costs time and nothing else. */
export interface StepMemory {
  /** When this process began to work on it, by `performance.now`. */
  readonly since: number
  /** What was met and left, since the queue is read from its beginning. */
  readonly left: LeftMessages
  /** Receives in a row that brought nothing to move and nothing that was not known. */
  idleReceives: number
  /** Since when nothing was brought, by `performance.now`; null while something is. */
  idleSince: number | null
  /** Since when only what was sent is looked for, to be deleted, by `performance.now`; null while messages are moved. */
  deletingSince: number | null
  /** Failures of SQS in a row. */
  failures: number
  /** Null before the ledger was counted, and after a failure that makes it doubtful. */
  soFar: MovedSoFar | null
  pacer: { readonly perSecond: number; readonly pacer: Pacer } | null
  /** When the evidence about the run as a whole was looked at last, by `performance.now`; null before. */
  watchedAt: number | null
}

export function newStepMemory(): StepMemory {
  return {
    since: performance.now(),
    left: new LeftMessages(),
    idleReceives: 0,
    idleSince: null,
    deletingSince: null,
    failures: 0,
    soFar: null,
    pacer: null,
    watchedAt: null,
  }
}

/** Notes whether a receive brought nothing: nothing to move, and nothing that makes more likely that there is. */
export function noteIdle(memory: StepMemory, isIdle: boolean): void {
  memory.idleReceives = isIdle ? memory.idleReceives + 1 : 0
  memory.idleSince = isIdle ? (memory.idleSince ?? performance.now()) : null
}

/** `counts` since the run is judged. */
export function soFarOf({ read, sending, sent, deleted, cameBackSince }: LedgerCounts): MovedSoFar {
  return { taken: read + sending + sent + deleted, moved: sent + deleted, cameBack: cameBackSince }
}

/** The pacer of the redrive's rate, the same from step to step, so that no time is lost between them. */
export function pacerOf(memory: StepMemory, { perSecond }: Pick<Redrive, 'perSecond'>): Pacer {
  if (memory.pacer?.perSecond !== perSecond) memory.pacer = { perSecond, pacer: new Pacer(perSecond) }
  return memory.pacer.pacer
}
