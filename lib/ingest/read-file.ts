import { AppError } from '#lib/domain/errors.ts'
import { csvReader } from './read-csv.ts'
import type { RawItem } from './raw-item.ts'
import { isArrayText, splitArray, splitLines, splitRecords, type Chunks } from './split-items.ts'

/** `auto`: an array where the file begins with a bracket, else one JSON value a line. */
export const IMPORT_FORMATS = ['auto', 'jsonl', 'json', 'csv'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** The items of a file, and what turns each one's text into JSON where it is none. */
export interface FileItems {
  readonly items: AsyncIterable<RawItem>
  readonly jsonOf?: (text: string) => string
}

/** Cuts a file into items. Throws `invalid_input` for a CSV file whose first line names no columns of outcomes. */
export async function readFile(chunks: Chunks, format: ImportFormat): Promise<FileItems> {
  if (format === 'jsonl') return { items: splitLines(chunks) }
  if (format === 'json') return { items: splitArray(chunks) }
  if (format === 'csv') return readCsv(chunks)
  const { beginning, whole } = await peek(chunks)
  return { items: isArrayText(beginning) ? splitArray(whole) : splitLines(whole) }
}

async function readCsv(chunks: Chunks): Promise<FileItems> {
  const records = splitRecords(chunks)[Symbol.asyncIterator]()
  const header = await records.next()
  if (header.done === true) return { items: joined([], records) }
  const text = new TextDecoder('utf-8').decode(header.value.bytes)
  if (text.includes('\u{fffd}')) throw new AppError('invalid_input', 'line 1: is not UTF-8 text.')
  return { items: joined([], records), jsonOf: csvReader(text) }
}

/** The first bytes that are not all white space, and everything from the start. */
async function peek(
  chunks: Chunks,
): Promise<{ readonly beginning: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
  const rest = iteratorOf(chunks)
  const seen: Uint8Array[] = []
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    seen.push(next.value)
    if (next.value.some((byte) => byte > 0x20)) break
  }
  return { beginning: seen.at(-1) ?? new Uint8Array(), whole: joined(seen, rest) }
}

async function* iteratorOf(chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function* joined<T>(first: readonly T[], rest: AsyncIterator<T>): AsyncIterable<T> {
  yield* first
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}
