import type { Finding, Subject } from '#lib/domain/finding.ts'
import { defineDetector, type DetectEvent, type Examined } from './define-detector.ts'

const MINUTE_MS = 60_000
/** What is judged: the last hour, cut into pieces each of which must show it, so that no burst and no slow reader looks like it. */
const PIECE_MS = 10 * MINUTE_MS
const PIECES = 6
const WINDOW_MS = PIECES * PIECE_MS
/** Periods as short as this say when things happened; history by the hour does not. */
const LONGEST_PERIOD_SECONDS = 300
/** Receives without a delete: in each piece, and in all. */
const LEAST_A_PIECE = 3
const LEAST_IN_ALL = 30
/** At least half as many again must be received as are processed: some retries are usual. */
const RECEIVES_PER_DELETE = 1.5
/** Times that each message now in the queue must have been received without being processed. */
const ROUNDS_EACH = 3
/** Pieces without any of it after which it is over. */
const CALM_PIECES = 2

type FlowEvent = Extract<DetectEvent, { kind: 'flow' }>

/** Start of the period, its length in seconds, received, deleted. Quiet periods are not kept. */
type Period = readonly [atMs: number, seconds: number, received: number, deleted: number]

interface RoundState {
  readonly periods: readonly Period[]
  /** End of the newest period that was told, quiet or not; null before any. */
  readonly toldToMs: number | null
  /** Start of the oldest period of an unbroken telling. */
  readonly toldFromMs: number | null
  /** Messages waiting or in flight at the newest reading; null before any. */
  readonly held: number | null
  /** Messages in its dead-letter queue at the newest reading; 0 where it has none. */
  readonly deadLetters: number
  readonly sinceMs: number | null
}

const INITIAL: RoundState = {
  periods: [],
  toldToMs: null,
  toldFromMs: null,
  held: null,
  deadLetters: 0,
  sinceMs: null,
}

const excessOf = (periods: readonly Period[]): number =>
  periods.reduce((sum, [, , received, deleted]) => sum + received - deleted, 0)

function takeFlow(state: RoundState, { atMs, periodSeconds, received, deleted }: FlowEvent): RoundState {
  const endMs = atMs + periodSeconds * 1000
  const toldToMs = Math.max(state.toldToMs ?? 0, endMs)
  // A hole in what CloudWatch told is no evidence: what was before it is forgotten.
  const isBroken = state.toldToMs !== null && atMs > state.toldToMs + PIECE_MS
  const toldFromMs = state.toldFromMs === null || isBroken ? atMs : Math.min(state.toldFromMs, atMs)
  const others = state.periods.filter(
    ([at]) => (at < atMs || at >= endMs) && at >= toldToMs - WINDOW_MS - PIECE_MS && at >= toldFromMs,
  )
  const isQuiet = received === 0 && deleted === 0
  const periods = isQuiet
    ? others
    : [...others, [atMs, periodSeconds, received, deleted] as const].toSorted(([a], [b]) => a - b)
  return { ...state, periods, toldToMs, toldFromMs: Math.max(toldFromMs, toldToMs - 2 * WINDOW_MS) }
}

/** The last hour in pieces, the newest last; they end where the newest period ends. */
function piecesOf({ periods, toldToMs }: RoundState): readonly (readonly Period[])[] {
  const endMs = toldToMs ?? 0
  return Array.from({ length: PIECES }, (_, index) => {
    const toMs = endMs - (PIECES - 1 - index) * PIECE_MS
    return periods.filter(([atMs]) => atMs >= toMs - PIECE_MS && atMs < toMs)
  })
}

function judge(state: RoundState): 'round' | 'over' | 'neither' {
  const { toldToMs, toldFromMs, held, deadLetters } = state
  if (held === 0) return 'over'
  const pieces = piecesOf(state)
  const calm = pieces.slice(-CALM_PIECES)
  if (calm.every((piece) => excessOf(piece) < LEAST_A_PIECE)) return 'over'
  // What ends as dead letters is said by the dead-letter queue.
  if (toldToMs === null || toldFromMs === null || toldFromMs > toldToMs - WINDOW_MS || held === null || deadLetters > 0)
    return 'neither'
  const all = pieces.flat()
  const deleted = all.reduce((sum, period) => sum + period[3], 0)
  const excess = excessOf(all)
  const isSteady = pieces.every((piece) => excessOf(piece) >= LEAST_A_PIECE)
  const isMuch =
    excess >= LEAST_IN_ALL && excess + deleted >= RECEIVES_PER_DELETE * deleted && excess >= ROUNDS_EACH * held
  // Without any delete nothing is processed at all, which flow parity says.
  return isSteady && isMuch && deleted > 0 ? 'round' : 'neither'
}

function findingOf(subject: Subject, label: string, state: RoundState, sinceMs: number): Finding {
  const all = piecesOf(state).flat()
  const received = all.reduce((sum, period) => sum + period[2], 0)
  const deleted = all.reduce((sum, period) => sum + period[3], 0)
  const { held } = state
  return {
    detector: 'going-round',
    subject,
    severity: 'bad',
    title: `${label}: some messages go round`,
    sinceMs,
    evidence: { received, deleted, held, deadLetters: state.deadLetters, sinceMs },
  }
}

/** Only queues with traffic of late need their depth: thousands of quiet ones cost nothing. */
function takeDepth(state: RoundState, held: number): RoundState {
  return (state.periods.length === 0 && state.sinceMs === null) || state.held === held ? state : { ...state, held }
}

function takeDeadLetters(state: RoundState, deadLetters: number): RoundState {
  return state.deadLetters === deadLetters ? state : { ...state, deadLetters }
}

/**
 * Some messages are received again and again while others are processed: a leak among good messages, which parity cannot see since each
 * delete says that the reader works. Compares receives with deletes over an hour, each ten minutes of which must show it, and with
 * the messages that are in the queue: each must have gone round several times. A queue whose messages end in a dead-letter queue is
 * left to what is said of that; one that was read empty, or told nothing of for ten minutes, starts anew.
 *
 * It does not see fewer rounds than that, as with a visibility timeout of hours, nor a poison message among so many good ones that its
 * receives are lost among usual retries.
 */
export const goingRound = defineDetector<RoundState>({
  id: 'going-round',
  title: 'Some messages go round',
  rule: `In the last hour, and in each ten minutes of it, messages were received without being processed: at least ${LEAST_IN_ALL} times in all, half as often as others were processed, and ${ROUNDS_EACH} times for each message in the queue; none of them ended as a dead letter. Closes when the queue is read empty or ${CALM_PIECES * 10} minutes show none of it.`,
  subjectsOf: (event) => {
    if (event.kind === 'flow') return [{ kind: 'queue', id: event.queue }]
    if (event.kind !== 'depth') return []
    return [event.queue, ...event.deadLetterOf].map((id) => ({ kind: 'queue', id }))
  },
  initial: () => INITIAL,
  examine: (state, event, subject): Examined<RoundState> => {
    if (event.kind === 'depth') {
      const waiting = event.visible + event.inFlight
      const isOwn = event.queue === subject.id
      const next = isOwn ? takeDepth(state, waiting) : takeDeadLetters(state, waiting)
      const isOver = isOwn && waiting === 0 && state.sinceMs !== null
      return isOver ? { state: { ...next, sinceMs: null }, finding: null } : { state: next, finding: 'unchanged' }
    }
    if (event.kind !== 'flow' || event.periodSeconds > LONGEST_PERIOD_SECONDS) return { state, finding: 'unchanged' }
    const taken = takeFlow(state, event)
    const verdict = judge(taken)
    const sinceMs =
      verdict === 'over'
        ? null
        : (taken.sinceMs ?? (verdict === 'round' ? (taken.periods[0]?.[0] ?? event.atMs) : null))
    return {
      state: { ...taken, sinceMs },
      finding: sinceMs === null ? null : findingOf(subject, event.label, { ...taken, sinceMs }, sinceMs),
    }
  },
})
