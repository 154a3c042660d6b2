import { AppError } from '#lib/domain/errors.ts'
import type { RawItem } from './raw-item.ts'

/** Chunks of a body or a file, cut anywhere. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** No outcome is nearly so large; a file that holds a larger piece is none of outcomes. */
const MOST_BYTES = 16 * 1024 * 1024

/** White space before the first bracket is never so long. */
const BEGINNING_BYTES = 4_096

const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [0x0a, 0x22, 0x5c, 0x2c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** How a piece that is being read goes on at a byte: it belongs to it, ends it, or belongs to nothing. */
type Step = 'part' | 'end' | 'skip'

/** One item a line, numbered as an editor does; blank lines are none. */
export async function* splitLines(chunks: Chunks): AsyncIterable<RawItem> {
  const piece = new Piece('line')
  for await (const chunk of chunks) {
    let start = 0
    // Looked for by the engine: several times as fast as byte by byte.
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      piece.line += 1
      piece.hold(chunk.subarray(start, at))
      start = at + 1
      const item = piece.take()
      if (item !== null) yield item
    }
    piece.hold(chunk.subarray(start))
  }
  const last = piece.take()
  if (last !== null) yield last
}

/** One item a record of a CSV file, numbered by the line in which it begins; a line break inside quotes ends none. */
export async function* splitRecords(chunks: Chunks): AsyncIterable<RawItem> {
  let isQuoted = false
  yield* split(chunks, 'line', (byte) => {
    if (byte === QUOTE) isQuoted = !isQuoted
    return byte === NEWLINE && !isQuoted ? 'end' : 'part'
  })
}

/**
 * The elements of a JSON array, each as its own text, so that one that is broken spoils no other. What follows the array, and the rest of
 * one that is cut off, is an item too: nothing is left out.
 */
export async function* splitArray(chunks: Chunks): AsyncIterable<RawItem> {
  yield* split(chunks, 'item', arraySteps())
}

/** True when what begins so is a JSON array: its first character that is no white space is a bracket. */
export function isArrayText(beginning: Uint8Array): boolean {
  return trimmed(Buffer.from(beginning.subarray(0, BEGINNING_BYTES)), true)[0] === OPEN_LIST
}

function arraySteps(): (byte: number) => Step {
  const isInText = textSteps()
  let depth = 0
  let isOver = false
  return (byte) => {
    if (isInText(byte) || isOver) return 'part'
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1
      return depth === 1 ? 'skip' : 'part'
    }
    isOver = byte === CLOSE_LIST && depth <= 1
    if (isOver || (byte === COMMA && depth === 1)) return 'end'
    if ((byte === CLOSE_LIST || byte === CLOSE_OBJECT) && depth > 1) depth -= 1
    return 'part'
  }
}

/** Says of each byte in turn whether it belongs to a text in quotes. */
function textSteps(): (byte: number) => boolean {
  let isText = false
  let isEscaped = false
  return (byte) => {
    if (!isText) {
      isText = byte === QUOTE
      return isText
    }
    if (isEscaped) isEscaped = false
    else if (byte === BACKSLASH) isEscaped = true
    else if (byte === QUOTE) isText = false
    return true
  }
}

/** Cuts chunks into pieces. Throws `invalid_input` for one that is too large to be an outcome. */
async function* split(chunks: Chunks, kind: 'line' | 'item', stepAt: (byte: number) => Step): AsyncIterable<RawItem> {
  const piece = new Piece(kind)
  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0
      if (byte === NEWLINE) piece.line += 1
      const step = stepAt(byte)
      if (step === 'part') continue
      piece.hold(chunk.subarray(start, at))
      start = at + 1
      const item = step === 'end' ? piece.take() : null
      if (item !== null) yield item
    }
    piece.hold(chunk.subarray(start))
  }
  const last = piece.take()
  if (last !== null) yield last
}

/** The piece that is being read. */
class Piece {
  /** Line that is being read, from 1. */
  line = 1
  readonly #kind: 'line' | 'item'
  #held: Uint8Array[] = []
  #heldBytes = 0
  #beginLine = 1
  #count = 0
  #isFirst = true

  constructor(kind: 'line' | 'item') {
    this.#kind = kind
  }

  hold(part: Uint8Array): void {
    if (part.length === 0) return
    this.#held.push(part)
    this.#heldBytes += part.length
    if (this.#heldBytes <= MOST_BYTES) return
    throw new AppError('invalid_input', `${this.#place()} is longer than 16 MB: these are no outcomes.`)
  }

  /** The piece as an item; null when there is nothing in it. */
  take(): RawItem | null {
    const [only] = this.#held
    const whole = only !== undefined && this.#held.length === 1 ? asBuffer(only) : Buffer.concat(this.#held)
    const bytes = trimmed(whole, this.#isFirst)
    const item = { place: this.#place(), number: this.#number(), bytes }
    this.#isFirst = false
    this.#held = []
    this.#heldBytes = 0
    this.#beginLine = this.line
    if (bytes.length === 0) return null
    this.#count += 1
    return item
  }

  #number(): number {
    return this.#kind === 'line' ? this.#beginLine : this.#count + 1
  }

  #place(): string {
    return `${this.#kind} ${this.#number()}`
  }
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}

/** Without white space around it, and without the byte order mark with which some files begin. */
function trimmed(bytes: Buffer, isFirst: boolean): Buffer {
  const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  let start = hasMark ? 3 : 0
  let end = bytes.length
  while (start < end && isSpace(bytes[start])) start += 1
  while (end > start && isSpace(bytes[end - 1])) end -= 1
  return bytes.subarray(start, end)
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a
}
