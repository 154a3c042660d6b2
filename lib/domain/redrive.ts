import { counted, figure } from './count-words.ts'

export const REDRIVE_MODES = ['dlq-to-source', 'in-place'] as const
/** `dlq-to-source`: dead letters go back to the queue that they came from. `in-place`: a queue's messages are re-sent to itself. */
export type RedriveMode = (typeof REDRIVE_MODES)[number]

/** `source`: back to where the messages came from, itself for one in place. `queue`: another queue that a person named. */
export const DESTINATION_KINDS = ['source', 'queue'] as const
export type DestinationKind = (typeof DESTINATION_KINDS)[number]

/** `ledger`: Spillway moves each message and writes down every step. `move-task`: SQS moves all of a queue by itself, unfiltered and unchanged. */
export const REDRIVE_WAYS = ['ledger', 'move-task'] as const
export type RedriveWay = (typeof REDRIVE_WAYS)[number]

/**
 * `planned`: frozen, nothing moved. `canary`: the first message is being moved. `waiting`: its fate is not known yet. `running`: the rest.
 * `paused`, `stopped`: by a person or, with a reason, by itself. `verifying`: all is moved, fates are still being learned. `done`: the end.
 */
export const REDRIVE_STATES = [
  'planned',
  'canary',
  'waiting',
  'running',
  'paused',
  'stopped',
  'verifying',
  'done',
] as const
export type RedriveState = (typeof REDRIVE_STATES)[number]

/** States in which a redrive has its source queue to itself. */
export const ACTIVE_STATES: readonly RedriveState[] = ['canary', 'waiting', 'running', 'paused']
/** States in which a process works on it. */
export const WORKED_STATES: readonly RedriveState[] = ['canary', 'waiting', 'running', 'verifying']

/** `unknown` until there is evidence; a timer is none. */
export const MESSAGE_FATES = ['unknown', 'consumed', 'came-back'] as const
export type MessageFate = (typeof MESSAGE_FATES)[number]

/**
 * A message in the ledger, each step committed: `read`, `sending` before the call, `sent` with its new id, `deleted` from where it was.
 * `refused`: SQS will not take it; it stays where it is for a person.
 */
export const LEDGER_STATES = ['read', 'sending', 'sent', 'deleted', 'refused'] as const
export type LedgerState = (typeof LEDGER_STATES)[number]

/** What can be done to a redrive. */
export type RedriveVerb =
  | 'start'
  | 'hand-over'
  | 'canary-moved'
  | 'canary-consumed'
  | 'came-back'
  | 'pause'
  | 'stop'
  | 'moved-all'
  | 'nothing-to-move'
  | 'verified'

const TRANSITIONS: Readonly<Record<RedriveState, Partial<Readonly<Record<RedriveVerb, RedriveState>>>>> = {
  // SQS's own task moves all at once: it has no first message.
  planned: { start: 'canary', 'hand-over': 'running', stop: 'stopped' },
  canary: { 'canary-moved': 'waiting', 'nothing-to-move': 'done', pause: 'paused', stop: 'stopped' },
  waiting: { 'canary-consumed': 'running', 'came-back': 'stopped', pause: 'paused', stop: 'stopped' },
  running: { 'moved-all': 'verifying', 'came-back': 'stopped', pause: 'paused', stop: 'stopped' },
  paused: { stop: 'stopped' },
  // Only what stopped by itself goes on, and by a person alone: see `resumeRedrive`.
  stopped: {},
  verifying: { verified: 'done', stop: 'done' },
  done: {},
}

/** The state that a verb leads to; null when it cannot be done in this state. */
export function nextRedriveState(state: RedriveState, verb: RedriveVerb): RedriveState | null {
  return TRANSITIONS[state][verb] ?? null
}

/** Where a paused redrive goes on, by what is known of its first message. */
export function resumedState(canary: { readonly isMoved: boolean; readonly fate: MessageFate }): RedriveState {
  if (!canary.isMoved) return 'canary'
  return canary.fate === 'consumed' ? 'running' : 'waiting'
}

/** `R-12`: short and sayable. */
export function redriveName(id: number): string {
  return `R-${id}`
}

/** The number of `R-12`, in any case; null for a text that names no redrive. */
export function redriveNumber(name: string): number | null {
  const digits = /^r-([1-9]\d{0,14})$/i.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** What decides about the words of a state. */
export interface StateFacts {
  readonly state: RedriveState
  /** Messages that go first; at least 1. */
  readonly canaryMessages: number
  /** What of its list it did not move; null where nothing was missed. */
  readonly missed: { readonly count: number } | null
}

const STATE_WORDS: Readonly<Record<Exclude<RedriveState, 'canary' | 'waiting' | 'done'>, string>> = {
  planned: 'planned',
  running: 'moving',
  paused: 'paused',
  stopped: 'stopped',
  verifying: 'moved, learning what became of them',
}

/** Words of a state for people. */
export function redriveStateWords({ state, canaryMessages, missed }: StateFacts): string {
  if (state === 'canary') return `trying ${firstWords(canaryMessages)}`
  if (state === 'waiting')
    return `waiting for the fate of the first ${canaryMessages === 1 ? 'message' : firstWords(canaryMessages)}`
  if (state === 'done') return missed !== null && missed.count > 0 ? 'ended short of its list' : 'done'
  return STATE_WORDS[state]
}

/** The messages that go first: `one message`, `3 messages`. */
export function firstWords(canaryMessages: number): string {
  return canaryMessages === 1 ? 'one message' : counted(canaryMessages, 'message')
}

/** What decides against what the number of messages moved is set. */
interface Total {
  /** As the plan counted, or SQS told at that time; null where neither could. */
  readonly aboutMessages: number | null
  readonly mostMessages: number | null
  readonly moved: number
}

/** `of about 412`; where more are there than the plan counted, that: a total that grows with the count tells nothing. Null where nobody knows. */
export function totalWords({ moved, ...planned }: Total): string | null {
  const total = plannedTotal(planned)
  if (total === null) return null
  return moved <= total ? `of about ${figure(total)}` : `more than the about ${figure(total)} that the plan counted`
}

/** How much of what the plan counted is moved, 0 to 1; null where nobody knows how much there was. */
export function shareOfPlan({ moved, ...planned }: Total): number | null {
  const total = plannedTotal(planned)
  return total === null || total === 0 ? null : Math.min(1, moved / total)
}

function plannedTotal({ aboutMessages, mostMessages }: Omit<Total, 'moved'>): number | null {
  if (aboutMessages === null && mostMessages === null) return null
  return Math.min(aboutMessages ?? Infinity, mostMessages ?? Infinity)
}
