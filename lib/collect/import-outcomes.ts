import 'server-only'
import { createHash } from 'node:crypto'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Reading, Unreadable } from '#lib/domain/reading.ts'
import type { OutcomeParsing } from '#lib/sources/outcome-message.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import type { Applied } from './apply-readings.ts'

const LINES_A_BATCH = 1_000

export interface ImportOptions {
  /**
   * How outcomes are read, as the source would. Its `observedAtMs` orders events that tell no moment: the file's own time, so that the
   * same file gives the same order whenever it is read.
   */
  readonly parsing: OutcomeParsing
  /** Names the lines that go into quarantine, e.g. the file's name. */
  readonly name: string
  readonly nowMs: () => number
  /** Stores a batch in one transaction; null reads and counts only. */
  readonly store: ((readings: readonly Reading[]) => Promise<Applied>) | null
  /** Told after each batch. */
  readonly onProgress: (counts: ImportCounts) => void
}

/** Lines, blank ones left out. */
export interface ImportCounts {
  readonly read: number
  readonly added: number
  readonly duplicates: number
  readonly notUnderstood: number
}

/**
 * Takes in outcomes from lines of JSON as history: nobody is alerted about them. Stops at the first batch that cannot be stored, with what came
 * before stored; the same lines again are duplicates, so it can be run again from the start.
 */
export async function importOutcomes(lines: AsyncIterable<string>, options: ImportOptions): Promise<ImportCounts> {
  let counts: ImportCounts = { read: 0, added: 0, duplicates: 0, notUnderstood: 0 }
  let batch: ParsedLine[] = []
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return
    counts = addCounts(counts, batch, (await options.store?.(readingsOf(batch))) ?? null)
    batch = []
    options.onProgress(counts)
  }
  let number = 0
  for await (const line of lines) {
    number += 1
    // Some exports begin with a byte order mark.
    const text = (number === 1 ? line.replace(/^\uFEFF/, '') : line).trim()
    if (text === '') continue
    batch.push(parseLine(text, number, options))
    if (batch.length >= LINES_A_BATCH) await flush()
  }
  await flush()
  return counts
}

type ParsedLine = ReturnType<typeof parseOutcomeMessage>

function parseLine(body: string, number: number, options: ImportOptions): ParsedLine {
  const message = { messageId: lineId(body, number, options.name), body, sequence: null, sentTimestampMs: null }
  const parsed = parseOutcomeMessage(message, options.parsing)
  if (parsed.kind === 'unreadable') return parsed
  return { kind: 'event', event: { ...parsed.event, observedAtMs: options.nowMs() } }
}

/** The line's number finds it again; the hash keeps lines of different files apart and makes the same line the same. */
function lineId(body: string, number: number, name: string): string {
  return `${name} line ${number} ${createHash('sha256').update(body).digest('hex').slice(0, 12)}`
}

function addCounts(counts: ImportCounts, batch: readonly ParsedLine[], applied: Applied | null): ImportCounts {
  const outcomes = applied?.outcomes ?? []
  const duplicates = outcomes.filter(({ isDuplicate }) => isDuplicate).length
  const notUnderstood = batch.filter(({ kind }) => kind === 'unreadable').length
  return {
    read: counts.read + batch.length,
    added: counts.added + (outcomes.length - duplicates),
    duplicates: counts.duplicates + duplicates,
    notUnderstood: counts.notUnderstood + notUnderstood,
  }
}

function readingsOf(batch: readonly ParsedLine[]): readonly Reading[] {
  const events: OutcomeEvent[] = []
  const messages: Unreadable[] = []
  for (const parsed of batch) {
    if (parsed.kind === 'event') events.push(parsed.event)
    else messages.push(parsed.unreadable)
  }
  return [
    { kind: 'outcomes', events, isBackfill: true },
    { kind: 'unreadable', messages },
  ]
}
