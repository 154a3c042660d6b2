import { createHash } from 'node:crypto'
import { NotUnderstood, type OutcomeParsing, type ParsedOutcome } from '#lib/sources/outcome-message.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'

/** One thing that was sent or stands in a file, as it came, and where it stood: `line 3` or `item 3`. */
export interface RawItem {
  readonly place: string
  /** The line's or the item's, from 1. */
  readonly number: number
  readonly bytes: Uint8Array
}

const decoder = new TextDecoder('utf-8', { fatal: true })

export interface RawParsing {
  readonly parsing: OutcomeParsing
  /** Names an item in quarantine; `hash` is of its content. */
  readonly nameOf: (item: RawItem, hash: string) => string
  /** The item's text as JSON, where it is none; throws `NotUnderstood`. */
  readonly jsonOf?: ((text: string) => string) | undefined
}

/** Reads one item as an outcome. Never throws: what is no text or cannot be understood comes back whole, with the reason. */
export function parseRawItem(item: RawItem, { parsing, nameOf, jsonOf }: RawParsing): ParsedOutcome {
  const unreadable = (body: string, reason: string): ParsedOutcome => {
    const messageId = nameOf(item, createHash('sha256').update(item.bytes).digest('base64url'))
    return { kind: 'unreadable', unreadable: { messageId, body, reason, sequence: null, sentTimestampMs: null } }
  }
  const text = decode(item.bytes)
  if (text === null) {
    const body = `base64:${Buffer.from(item.bytes).toString('base64')}`
    return unreadable(body, 'the message: is not UTF-8 text; its bytes are kept as base64.')
  }
  try {
    const body = jsonOf === undefined ? text : jsonOf(text)
    const parsed = parseOutcomeMessage({ messageId: '', body, sequence: null, sentTimestampMs: null }, parsing)
    return parsed.kind === 'event' ? parsed : unreadable(parsed.unreadable.body, parsed.unreadable.reason)
  } catch (error) {
    if (error instanceof NotUnderstood) return unreadable(text, error.message)
    throw error
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
