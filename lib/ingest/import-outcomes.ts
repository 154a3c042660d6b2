import 'server-only'
import { setImmediate } from 'node:timers/promises'
import type { Applied } from '#lib/collect/apply-readings.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Reading, Unreadable } from '#lib/domain/reading.ts'
import type { OutcomeParsing, ParsedOutcome } from '#lib/sources/outcome-message.ts'
import { parseRawItem, type RawItem } from './raw-item.ts'
import { readFile, type ImportFormat } from './read-file.ts'
import type { Chunks } from './split-items.ts'

/** Items that are stored in one transaction. */
export const ITEMS_A_BATCH = 1_000
/** Items that are read before whatever else this process does has its turn, the storing of those before among it. */
const ITEMS_A_TURN = 200

export interface ImportOptions {
  readonly format: ImportFormat
  /** Line or item, from 1, at which to begin: those before were stored by an earlier run. */
  readonly from: number
  /**
   * How outcomes are read, as the source would. Its `observedAtMs` orders events that tell no moment: the file's own time, so that the
   * same file gives the same order whenever it is read.
   */
  readonly parsing: OutcomeParsing
  /** Names the items that go into quarantine, e.g. the file's name. */
  readonly name: string
  readonly nowMs: () => number
  /** Stores a batch in one transaction; null reads and counts only. */
  readonly store: ((readings: readonly Reading[]) => Promise<Applied>) | null
  /** Told after each batch. */
  readonly onProgress: (counts: ImportCounts) => void
  /** Told of each item that is not understood: `line 12` and why. */
  readonly onProblem: (place: string, reason: string) => void
  /** Aborted when no further batch shall begin. */
  readonly signal: AbortSignal
}

/** Items of the file, blank lines left out. `read` = `added` + `duplicates` + `notUnderstood`. */
export interface ImportCounts {
  readonly read: number
  readonly added: number
  readonly duplicates: number
  readonly notUnderstood: number
  /** The last line or item that is stored; the one before `from` while none is. */
  readonly lastNumber: number
}

/**
 * Takes in outcomes from a file as history: nobody is alerted about them. Stops at the first batch that cannot be stored, with what came
 * before stored; the same items again are duplicates, so it can be run again from the start or go on after `lastNumber`.
 */
export async function importOutcomes(chunks: Chunks, options: ImportOptions): Promise<ImportCounts> {
  const { items, jsonOf } = await readFile(chunks, options.format)
  const storing = new Storing(options)
  const { name, parsing } = options
  // The place finds an item again; the hash keeps items of different files apart and makes the same item the same.
  const nameOf = ({ place }: RawItem, hash: string): string => `${name} ${place} ${hash.slice(0, 12)}`
  let batch: ReadItem[] = []
  for await (const item of items) {
    if (item.number < options.from) continue
    const parsed = parseRawItem(item, { parsing, nameOf, jsonOf })
    if (parsed.kind === 'unreadable') options.onProblem(item.place, parsed.unreadable.reason)
    batch.push({ item, parsed: observedNow(parsed, options.nowMs()) })
    if (batch.length % ITEMS_A_TURN === 0) await setImmediate()
    if (batch.length < ITEMS_A_BATCH) continue
    await storing.begin(batch)
    batch = []
    if (options.signal.aborted) return storing.end()
  }
  await storing.begin(batch)
  return storing.end()
}

/** Stores one batch after the other, in their order, while the next one is read. */
class Storing {
  readonly #options: ImportOptions
  #counts: ImportCounts
  #last: Promise<void> = Promise.resolve()

  constructor(options: ImportOptions) {
    this.#options = options
    this.#counts = { read: 0, added: 0, duplicates: 0, notUnderstood: 0, lastNumber: options.from - 1 }
  }

  /** Settles once the batch before is stored; throws when that could not be, and then this one is not begun, nor after the signal. */
  async begin(batch: readonly ReadItem[]): Promise<void> {
    await this.#last
    if (batch.length === 0 || this.#options.signal.aborted) return
    this.#last = this.#store(batch)
    // Whoever waits for it is told; until then it is nobody's.
    this.#last.catch(() => {})
  }

  async end(): Promise<ImportCounts> {
    await this.#last
    return this.#counts
  }

  async #store(batch: readonly ReadItem[]): Promise<void> {
    const applied = (await this.#options.store?.(readingsOf(batch))) ?? null
    this.#counts = addCounts(this.#counts, batch, applied)
    this.#options.onProgress(this.#counts)
  }
}

interface ReadItem {
  readonly item: RawItem
  readonly parsed: ParsedOutcome
}

function observedNow(parsed: ParsedOutcome, nowMs: number): ParsedOutcome {
  return parsed.kind === 'unreadable' ? parsed : { kind: 'event', event: { ...parsed.event, observedAtMs: nowMs } }
}

function addCounts(counts: ImportCounts, batch: readonly ReadItem[], applied: Applied | null): ImportCounts {
  const outcomes = applied?.outcomes ?? []
  const duplicates = outcomes.filter(({ isDuplicate }) => isDuplicate).length
  const notUnderstood = batch.filter(({ parsed }) => parsed.kind === 'unreadable').length
  return {
    read: counts.read + batch.length,
    added: counts.added + (outcomes.length - duplicates),
    duplicates: counts.duplicates + duplicates,
    notUnderstood: counts.notUnderstood + notUnderstood,
    lastNumber: batch.at(-1)?.item.number ?? counts.lastNumber,
  }
}

function readingsOf(batch: readonly ReadItem[]): readonly Reading[] {
  const events: OutcomeEvent[] = []
  const messages: Unreadable[] = []
  for (const { parsed } of batch) {
    if (parsed.kind === 'event') events.push(parsed.event)
    else messages.push(parsed.unreadable)
  }
  return [
    { kind: 'outcomes', events, isBackfill: true },
    { kind: 'unreadable', messages },
  ]
}
