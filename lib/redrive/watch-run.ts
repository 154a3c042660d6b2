import 'server-only'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { errorsRise, errorsRiseWords } from '#lib/domain/redrive-guard.ts'
import { doubledWords, firstPace, nextPace, rateWords, type RunPace } from '#lib/domain/redrive-pace.ts'
import type { Tx } from '#lib/store/db.ts'
import { proveRedrive } from '#lib/store/prove-redrive.ts'
import { readErrorRise } from '#lib/store/read-error-rise.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import { lockRedrive, updateRedrive } from '#lib/store/redrives.ts'
import { assertWorked } from './assert-worked.ts'
import type { RedriveContext } from './redrive-context.ts'
import type { StepMemory } from './step-memory.ts'

/** Evidence comes by the minute: no need to look for it at every step. */
const BETWEEN_LOOKS_MS = 5_000

/** What the evidence about a run as a whole says. */
export interface Watched {
  /** Messages a second for the next stretch. */
  readonly perSecond: number
  /** Why it has to stop; null while nothing speaks against going on. */
  readonly stop: string | null
}

/**
 * Looks at what is known of a run that is moving: it goes faster when what it sent is proven to be consumed, and has to stop when the
 * service that reads its destination reports more errors than before. Where Sentry tells nothing, errors decide nothing.
 */
export async function watchRun(run: Redrive, context: RedriveContext, memory: StepMemory): Promise<Watched> {
  const begun = run.pace ?? (await begin(run, context))
  const perSecond = begun?.perSecond ?? run.perSecond
  if (memory.watchedAt !== null && performance.now() - memory.watchedAt < BETWEEN_LOOKS_MS)
    return { perSecond, stop: null }
  memory.watchedAt = performance.now()
  const stop = await errorsOf(run, context)
  if (stop !== null || begun === null) return { perSecond, stop }
  return { perSecond: await grow(run, context, begun), stop: null }
}

/** The first rate of a run that begins slowly; null where it goes as fast as it was asked. */
async function begin(run: Redrive, context: RedriveContext): Promise<RunPace | null> {
  const first = firstPace(run)
  if (first === null) return null
  return context.commit((tx) => {
    const text = `Goes on with ${rateWords(first)}, of ${rateWords(run.perSecond)} asked.`
    return setPace(tx, run, { perSecond: first, text, nowMs: context.nowMs() })
  })
}

async function grow(run: Redrive, context: RedriveContext, pace: RunPace): Promise<number> {
  const windowMs = context.settings.redrive.ramp.windowSeconds * 1_000
  const nowMs = context.nowMs()
  if (pace.perSecond >= run.perSecond || nowMs - pace.sinceMs < windowMs) return pace.perSecond
  return context.commit(async (tx) => {
    const now = await proveRedrive(tx, run, { isNowhere: false, nowMs })
    const next = nextPace(pace, now, { asked: run.perSecond, windowMs, nowMs })
    if (next === null) return pace.perSecond
    const text = `Goes on with ${rateWords(next)}: ${doubledWords(pace, now)}.`
    const grown = await setPace(tx, run, { perSecond: next, text, nowMs })
    return grown.perSecond
  })
}

async function setPace(
  tx: Tx,
  run: Redrive,
  { perSecond, text, nowMs }: { readonly perSecond: number; readonly text: string; readonly nowMs: number },
): Promise<RunPace> {
  await assertWorked(tx, run.id)
  const { story } = await lockRedrive(tx, run.id)
  const { sent, consumed } = await proveRedrive(tx, run, { isNowhere: false, nowMs })
  const pace = { perSecond, sinceMs: nowMs, sent, consumed }
  await updateRedrive(tx, run.id, { pace, story: [...story, { atMs: nowMs, by: SPILLWAY, text }] }, nowMs)
  return pace
}

async function errorsOf(run: Redrive, context: RedriveContext): Promise<string | null> {
  const sinceMs = run.guard?.sinceMs ?? run.startedMs
  if (sinceMs === null) return null
  const { settings } = context
  const query = { queue: run.destinationQueue, sinceMs, nowMs: context.nowMs() }
  const told = await context.commit((tx) => readErrorRise(tx, settings, query))
  if (told === null || !errorsRise(told.before, told.since, settings.redrive.autoStop)) return null
  return errorsRiseWords(told.service, told.before, told.since)
}
