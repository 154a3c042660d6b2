import 'server-only'
import { staleAfterMs } from '#lib/domain/freshness.ts'
import type { DetectEvent } from '#lib/detect/define-detector.ts'
import { tendIncidents } from '#lib/incidents/tend-incidents.ts'
import type { Source } from '#lib/sources/define-source.ts'
import { listKnownWithoutAddress } from '#lib/store/known-without-address.ts'
import { listSourceStates, type SourceState } from '#lib/store/source-states.ts'
import { isPolled, type CollectContext } from './collect-context.ts'
import { detectNow } from './detect-now.ts'
import { pause } from './pause.ts'
import { assertHeld, runUnderLease } from './run-under-lease.ts'
import type { Lease } from '#lib/store/leases.ts'

const TICK_MS = 5_000

/** Lets time pass for detectors and incidents: what is silent is noticed although nothing comes in, and what is over ends. One process ticks at a time. Never throws. */
export async function runTicks(context: CollectContext, signal: AbortSignal, everyMs = TICK_MS): Promise<void> {
  await runUnderLease('tick', context, signal, async (lease, held) => {
    // What happened before somebody watched says nothing about the sources: Spillway may have been off.
    const watchedFromMs = context.nowMs()
    while (!held.aborted) {
      await pause(everyMs, held)
      if (!held.aborted) await tickOnce(lease, context, watchedFromMs)
    }
  })
}

async function tickOnce(lease: Lease, context: CollectContext, watchedFromMs: number): Promise<void> {
  const atMs = context.nowMs()
  const topics = await context.withStore((db) =>
    db.transaction(async (tx) => {
      await assertHeld(tx, lease)
      const states = new Map((await listSourceStates(tx)).map((state) => [state.source, state]))
      const events = context.sources.flatMap(
        (source) => eventOf(source, states.get(source.id), context, { atMs, watchedFromMs }) ?? [],
      )
      const hasFound = await detectNow(tx, context.detectors, [...events, { kind: 'tick', atMs }])
      const incidents = { settings: context.settings, nowMs: atMs }
      const hasTended = await tendIncidents(tx, incidents, listKnownWithoutAddress)
      return [...(hasFound ? ['findings', 'sources'] : []), ...(hasTended ? ['incidents'] : [])]
    }),
  )
  if (topics.length > 0) context.publish(topics)
}

interface Watch {
  readonly atMs: number
  readonly watchedFromMs: number
}

/** What time alone tells of a source; null for nothing. A source that is no longer to be read is not silent. */
function eventOf(
  source: Source,
  state: SourceState | undefined,
  context: CollectContext,
  { atMs, watchedFromMs }: Watch,
): DetectEvent | null {
  const everySeconds = source.everySeconds(context.settings)
  const event = { kind: 'source', atMs, source: source.id, title: source.title, everySeconds } as const
  const fine = { ...event, isOk: true, failingSinceMs: null, reason: null }
  if (!isPolled(source, context)) return fine
  if (state === undefined) return null
  const { lastOkMs, failingSinceMs, reason } = state
  if (failingSinceMs !== null) return { ...event, isOk: false, failingSinceMs: lastOkMs ?? failingSinceMs, reason }
  if (lastOkMs === null) return null
  if (atMs - Math.max(lastOkMs, watchedFromMs) <= staleAfterMs(everySeconds)) return fine
  return { ...event, isOk: false, failingSinceMs: lastOkMs, reason: null }
}
