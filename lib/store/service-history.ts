import 'server-only'
import { singleton } from '#lib/config/singleton.ts'
import type { Tx } from './db.ts'
import { getFirstSamples, listEverNonZero } from './read-first-sample.ts'
import { sumPoints } from './samples.ts'

const HOUR_MS = 3_600_000
/** An usual hour is the mean of this many days before the last hour; with less than one of them, nothing is usual. */
const USUAL_DAYS = 7
const LEAST_HOURS = 24
/** What was usual changes slowly, and asking reads a week of minutes. */
const LIFE_MS = 300_000

/** What a Sentry project was like before the last hour. */
export interface ServiceHistory {
  readonly hasEverSent: boolean
  /** Errors of a usual hour; null while less than a day is known. */
  readonly usualErrors: number | null
}

/** Name of the slot in which the process keeps what it read; tests drop it. */
export const SERVICE_HISTORY_SLOT = 'service-history'

/** The histories of these series before `toMs`, read anew each five minutes once they reach back far enough, and each time until then. */
export async function loadServiceHistory(
  tx: Tx,
  series: readonly string[],
  toMs: number,
): Promise<ReadonlyMap<string, ServiceHistory>> {
  const held = singleton<{ entry: Held | null }>(SERVICE_HISTORY_SLOT, () => ({ entry: null }))
  const key = series.join(' ')
  const { entry } = held
  if (entry !== null && entry.key === key && Math.abs(toMs - entry.toMs) < LIFE_MS) return entry.histories
  const histories = await readHistories(tx, series, toMs)
  // At a first start history is still being fetched: what is not usual yet must not be held to be so for minutes.
  const isKnown = [...histories.values()].every(({ usualErrors }) => usualErrors !== null)
  held.entry = isKnown ? { key, toMs, histories } : null
  return histories
}

interface Held {
  readonly key: string
  readonly toMs: number
  readonly histories: ReadonlyMap<string, ServiceHistory>
}

async function readHistories(
  tx: Tx,
  series: readonly string[],
  toMs: number,
): Promise<ReadonlyMap<string, ServiceHistory>> {
  const [sums, first, everSent] = await Promise.all([
    sumPoints(tx, { series, fromMs: toMs - USUAL_DAYS * 24 * HOUR_MS, toMs }),
    getFirstSamples(tx, series),
    listEverNonZero(tx, series),
  ])
  const historyOf = (name: string): ServiceHistory => {
    const hours = Math.min(USUAL_DAYS * 24, (toMs - (first.get(name) ?? toMs)) / HOUR_MS)
    return { hasEverSent: everSent.has(name), usualErrors: hours < LEAST_HOURS ? null : (sums.get(name) ?? 0) / hours }
  }
  return new Map(series.map((name) => [name, historyOf(name)]))
}
