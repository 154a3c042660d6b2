import 'server-only'
import { staleAfterMs } from '#lib/domain/freshness.ts'
import type { GapReason } from '#lib/domain/gap.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import type { PollResult, Source } from '#lib/sources/define-source.ts'
import type { Tx } from '#lib/store/db.ts'
import { closeGap, listOpenGaps, openGap } from '#lib/store/gaps.ts'
import type { Lease } from '#lib/store/leases.ts'
import { recordFailure, recordOk, type SourceState } from '#lib/store/source-states.ts'
import { applyReadings } from './apply-readings.ts'
import type { CallTally } from './call-tally.ts'
import type { CollectContext } from './collect-context.ts'
import { detectAndOpen } from './detect-and-open.ts'

/** One poll of one source under its lease. */
export interface Poll {
  readonly held: { readonly source: Source; readonly lease: Lease; readonly signal: AbortSignal }
  readonly context: CollectContext
  readonly memory: PollMemory
  readonly startedMs: number
}

/** What a loop carries from one poll of its source to the next. */
export interface PollMemory {
  readonly calls: CallTally
  /** The store did not answer since the last good poll. */
  wasStoreSilent: boolean
  /** Failed polls since the last good one. */
  failures: number
}

export interface Failure {
  readonly reason: GapReason
  readonly message: string
  /** Goes to the log, never to the store or a page. */
  readonly fault?: unknown
}

/** Stores a good poll: its readings and cursor, the end of what failed before, and the hole that it ends. Returns stale topics. */
export async function storeGood(
  tx: Tx,
  poll: Poll,
  state: SourceState | null,
  result: PollResult,
): Promise<readonly string[]> {
  const { held, context, memory, startedMs } = poll
  const { id } = held.source
  const isLongPoll = held.source.everySeconds(context.settings) === 0
  // A long poll tells what came up to its end, any other what was there at its start.
  const okMs = isLongPoll ? context.nowMs() : startedMs
  await recordOk(tx, id, okMs, result.cursor)
  const wasAway = await endHole(tx, poll, state, okMs)
  const hasEnded = await endParts(tx, id, result, okMs)
  const { topics } = await applyReadings(tx, result.readings, {
    source: id,
    atMs: context.nowMs(),
    settings: context.settings,
    secret: context.env.SPILLWAY_SECRET,
    lastOkMs: state?.lastOkMs ?? null,
    alsoDetect: wasAway ? [sourceEvent(poll, okMs, null)] : [],
    detectors: context.detectors,
  })
  memory.failures = 0
  // A long poll that brought nothing changes nothing that a page shows.
  const isTelling = wasAway || hasEnded || !isLongPoll || result.readings.length > 0
  return isTelling ? [...new Set([...topics, 'sources'])] : topics
}

/** Stores a failed poll: what is missing from when on, and why. Returns stale topics; none when all of it was known. */
export async function storeFailure(
  tx: Tx,
  poll: Poll,
  state: SourceState | null,
  { reason, message }: Failure,
): Promise<readonly string[]> {
  const { held, context, startedMs } = poll
  const { id } = held.source
  const sinceMs = state?.lastOkMs ?? state?.failingSinceMs ?? startedMs
  await recordFailure(tx, id, startedMs, reason, message)
  await openGap(tx, { source: id, scope: '*', reason, message, fromMs: sinceMs })
  const event = sourceEvent(poll, startedMs, { sinceMs, reason })
  const topics = await detectAndOpen(tx, [event], context)
  const wasFailing = state !== null && state.failingSinceMs !== null
  const isKnown = wasFailing && state.reason === reason && state.message === message
  return isKnown ? topics : [...topics, 'sources']
}

/** Ends the source's gap; where nothing was noted although it was not read for two intervals, the hole is noted now. True when it was away. */
async function endHole(tx: Tx, poll: Poll, state: SourceState | null, okMs: number): Promise<boolean> {
  if (state === null || (state.lastOkMs === null && state.failingSinceMs === null)) return true
  const { held, context, memory } = poll
  const source = held.source.id
  if (state.failingSinceMs === null && state.lastOkMs !== null) {
    if (okMs - state.lastOkMs <= staleAfterMs(held.source.everySeconds(context.settings))) return false
    const why = memory.wasStoreSilent
      ? ({ reason: 'store', message: 'The store did not answer, so nothing could be kept.' } as const)
      : ({ reason: 'internal', message: 'Spillway was not running.' } as const)
    await openGap(tx, { source, scope: '*', ...why, fromMs: state.lastOkMs })
  }
  await closeGap(tx, { source, scope: '*', toMs: okMs })
  return true
}

/** Ends the gaps of parts that this poll no longer tells. */
async function endParts(tx: Tx, source: string, { readings }: PollResult, okMs: number): Promise<boolean> {
  const lasting = new Set(readings.flatMap((reading) => (reading.kind === 'gap' ? [reading.scope] : [])))
  const over = (await listOpenGaps(tx)).filter(
    (gap) => gap.source === source && gap.scope !== '*' && !lasting.has(gap.scope),
  )
  for (const { scope } of over) await closeGap(tx, { source, scope, toMs: okMs })
  return over.length > 0
}

function sourceEvent(
  { held: { source }, context }: Poll,
  atMs: number,
  silence: { readonly sinceMs: number; readonly reason: string } | null,
): DetectEvent {
  return {
    kind: 'source',
    atMs,
    source: source.id,
    title: source.title,
    isOk: silence === null,
    failingSinceMs: silence?.sinceMs ?? null,
    reason: silence?.reason ?? null,
    everySeconds: source.everySeconds(context.settings),
  }
}
