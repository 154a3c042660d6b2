import 'server-only'
import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import { capitalised, counted, listed } from '#lib/domain/count-words.ts'
import { freshnessOf, staleAfterMs } from '#lib/domain/freshness.ts'
import type { Gap } from '#lib/domain/gap.ts'
import { gapWords } from '#lib/domain/gap-words.ts'
import { atWords } from '#lib/domain/when-words.ts'
import type { Source } from '#lib/sources/define-source.ts'
import { sources } from '#lib/sources/index.ts'
import type { Tx } from '#lib/store/db.ts'
import { listOpenGaps } from '#lib/store/gaps.ts'
import { listHeldLeases, sourceLease } from '#lib/store/leases.ts'
import { listSourceStates, type SourceState } from '#lib/store/source-states.ts'
import type { SourceStatus } from './shared.ts'

/** What is seen of all sources at one moment. */
export interface Sight {
  /** Every source, in the registry's order; an optional one only where it is configured. */
  readonly statuses: readonly SourceStatus[]
  readonly openGaps: readonly Gap[]
}

interface SightContext {
  readonly tx: Tx
  readonly nowMs: number
  readonly timeZone: string
  readonly env: Env
  readonly settings: Settings
}

/** Reads the state of every source of the registry. */
export async function loadSight({ tx, nowMs, timeZone, env, settings }: SightContext): Promise<Sight> {
  const [states, openGaps, held] = await Promise.all([
    listSourceStates(tx),
    listOpenGaps(tx),
    listHeldLeases(tx, sourceLease('')),
  ])
  const byId = new Map(states.map((state) => [state.source, state]))
  const shown = sources
    .map((source) => ({ source, missing: source.missing(env, settings) }))
    .filter(({ source, missing }) => source.isOptional !== true || missing === null)
  const statuses = shown.map(({ source, missing }) =>
    sourceStatus({
      source,
      missing,
      everySeconds: source.everySeconds(settings),
      isPushed: source.isPushed?.(settings) ?? false,
      isHeld: held.has(sourceLease(source.id)),
      isAnyHeld: held.size > 0,
      // Settings and variables are read once a process: it began to wait for a reader no earlier.
      waitingFromMs: performance.timeOrigin,
      state: byId.get(source.id) ?? null,
      openGaps: openGaps.filter((gap) => gap.source === source.id),
      nowMs,
      timeZone,
    }),
  )
  return { statuses, openGaps }
}

interface StatusFacts {
  readonly source: Pick<Source, 'id' | 'title'>
  readonly missing: string | null
  readonly everySeconds: number
  /** Its readings are sent to Spillway: nothing is asked, and silence is no failure. */
  readonly isPushed: boolean
  /** A process of Spillway holds the right to read it at this moment. */
  readonly isHeld: boolean
  /** A process of Spillway reads at least one source, this or another. */
  readonly isAnyHeld: boolean
  /** Since when somebody could have begun to read it, epoch ms. */
  readonly waitingFromMs: number
  readonly state: SourceState | null
  /** Open gaps of this source. */
  readonly openGaps: readonly Gap[]
  readonly nowMs: number
  readonly timeZone: string
}

type Base = Omit<SourceStatus, 'state'>

/**
 * What is said of one source. It fails when its last poll failed, when a part of it cannot be read, and when it has been asked and has not
 * answered for two intervals. Where no process has asked it for as long, or ever, Spillway is at fault and nothing is said of the source.
 */
export function sourceStatus(facts: StatusFacts): SourceStatus {
  const { source, missing, everySeconds, state } = facts
  const lastOkMs = state?.lastOkMs ?? null
  const base: Base = {
    id: source.id,
    title: source.title,
    lastOkMs,
    everySeconds,
    sinceMs: null,
    message: null,
    parts: [],
  }
  if (missing !== null) return { ...base, state: 'not-configured', message: missing }
  if (facts.isPushed) return { ...base, state: 'ok' }
  return (
    notAsked(facts, base) ??
    failedWhole(facts, base) ??
    unread(facts, base) ??
    failedParts(facts, base) ?? { ...base, state: 'ok' }
  )
}

function failedWhole({ state, openGaps }: StatusFacts, base: Base): SourceStatus | null {
  const whole = openGaps.find((gap) => gap.scope === '*') ?? null
  const failingMs = state?.failingSinceMs ?? whole?.fromMs ?? null
  if (failingMs === null) return null
  const reason = state?.reason ?? whole?.reason ?? 'internal'
  const message = state?.message ?? whole?.message ?? `${capitalised(gapWords(reason))}.`
  return { ...base, state: 'failing', sinceMs: base.lastOkMs ?? failingMs, message }
}

/** A source that no process reads, or none any more. Null while one does, or did a moment ago, or may only be starting. */
function notAsked(
  { state, everySeconds, isHeld, isAnyHeld, waitingFromMs, nowMs }: StatusFacts,
  base: Base,
): SourceStatus | null {
  if (isHeld) return null
  const { lastOkMs, lastAttemptMs, failingSinceMs } = state ?? NEVER
  const touchedMs = Math.max(lastOkMs ?? 0, lastAttemptMs ?? 0, failingSinceMs ?? 0)
  const isLate = touchedMs === 0 ? nowMs - waitingFromMs > START_MS : nowMs - touchedMs > staleAfterMs(everySeconds)
  if (!isLate) return null
  const sinceMs = touchedMs === 0 ? null : (lastOkMs ?? touchedMs)
  return { ...base, state: 'not-read', sinceMs, message: isAnyHeld ? OTHERS_READ : NOBODY_READS }
}

/** All processes of an installation that is started are there within this time. */
const START_MS = 60_000
const NEVER = { lastOkMs: null, lastAttemptMs: null, failingSinceMs: null }
const NOBODY_READS =
  'No process of Spillway reads: start one with SPILLWAY_ROLE all or worker, or look at the log of the one that should.'
const OTHERS_READ =
  'No process of Spillway reads it: give the one that reads the others the settings of this one too, or look at its log.'
const NEXT_DUE = 'The next reading is under way or due; if this lasts, look at Spillway’s log.'

/** A source whose last answer is old although nothing failed: it was asked and is silent, or Spillway is late or has only begun again. */
function unread(facts: StatusFacts, base: Base): SourceStatus | null {
  const { everySeconds, nowMs, timeZone } = facts
  const { lastOkMs } = base
  if (lastOkMs === null) return { ...base, state: 'waiting', message: 'It has not been read yet.' }
  if (freshnessOf({ asOfMs: lastOkMs, everySeconds, hasOpenGap: false }, nowMs).isFresh) return null
  const askedMs = facts.state?.lastAttemptMs ?? null
  const isSilent = askedMs !== null && askedMs > lastOkMs && nowMs - askedMs > staleAfterMs(everySeconds)
  if (!isSilent) return { ...base, state: 'not-read', sinceMs: lastOkMs, message: NEXT_DUE }
  const message = `It was asked ${atWords(askedMs, nowMs, timeZone)} and has not answered yet.`
  return { ...base, state: 'failing', sinceMs: lastOkMs, message }
}

function failedParts({ openGaps }: StatusFacts, base: Base): SourceStatus | null {
  if (openGaps.length === 0) return null
  const sinceMs = Math.min(...openGaps.map((gap) => gap.fromMs))
  return { ...base, state: 'failing', sinceMs, message: partWords(openGaps), parts: openGaps.map((gap) => gap.scope) }
}

/** `orders-dlq and 3 more parts cannot be read: access was denied.` */
function partWords(gaps: readonly Gap[]): string {
  const names = gaps.slice(0, 3).map((gap) => gap.scope)
  const more = gaps.length > names.length ? [counted(gaps.length - names.length, 'more', 'more')] : []
  const reasons = [...new Set(gaps.map((gap) => gapWords(gap.reason)))]
  return `${listed([...names, ...more])} cannot be read: ${listed(reasons)}.`
}

const RANK: Readonly<Record<SourceStatus['state'], number>> = {
  'not-read': 0,
  failing: 1,
  waiting: 2,
  'not-configured': 3,
  ok: 4,
}

/** Sources that are not read, do not answer or are not connected, worst first, longest first. */
export function blindOf(statuses: readonly SourceStatus[]): SourceStatus[] {
  return statuses
    .filter((status) => status.state !== 'ok')
    .sort((a, b) => RANK[a.state] - RANK[b.state] || (a.sinceMs ?? Infinity) - (b.sinceMs ?? Infinity))
}

/** The status of one source; a source that the registry does not know counts as not connected. */
export function statusOf(statuses: readonly SourceStatus[], id: string): SourceStatus {
  return (
    statuses.find((status) => status.id === id) ?? {
      id,
      title: id,
      state: 'not-configured',
      sinceMs: null,
      lastOkMs: null,
      message: null,
      parts: [],
      everySeconds: 0,
    }
  )
}

/** True where a source fails in parts, and this is none of them. */
export function isPartSeen({ parts }: SourceStatus, part: string): boolean {
  return parts.length > 0 && !parts.includes(part)
}

/** Since when a source does not tell this part, e.g. a queue: its own gap where the rest answers. Null while it is seen. */
export function unseenSinceMs({ statuses, openGaps }: Sight, id: string, part: string): number | null {
  const { sinceMs, parts } = statusOf(statuses, id)
  if (parts.length === 0) return sinceMs
  if (!parts.includes(part)) return null
  return openGaps.find((gap) => gap.source === id && gap.scope === part)?.fromMs ?? sinceMs
}
