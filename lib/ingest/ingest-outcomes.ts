import 'server-only'
import { setImmediate } from 'node:timers/promises'
import { getSettings } from '#lib/config/load-settings.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Reading } from '#lib/domain/reading.ts'
import type { ParsedOutcome } from '#lib/sources/outcome-message.ts'
import { ITEMS_A_BATCH } from './import-outcomes.ts'
import { outcomeParsing } from './outcome-parsing.ts'
import { parseRawItem, type RawItem } from './raw-item.ts'
import { MOST_ITEMS, readBody, type Body } from './read-body.ts'
import { RequestRefusal } from './request-refusal.ts'
import { isArrayText, splitArray, splitLines } from './split-items.ts'
import { storeReadings } from './store-readings.ts'

const ITEMS_A_TURN = 200
const BYTES_A_TURN = 256 * 1024

/** What became of one item. A quarantined one is kept, encrypted, until a person decides; `reason` names the field. */
export interface OutcomeReceipt {
  readonly place: string
  readonly result: 'accepted' | 'duplicate' | 'quarantined'
  readonly reason?: string
}

/**
 * Takes outcomes by HTTP, in the shapes that the queue carries: an object, an array or one a line. Every item is answered for, also one that is
 * no JSON at all: it is quarantined and holds up no other. The same body again changes nothing. Throws a `RequestRefusal` for a body
 * that is too large, has too many items, or is of another type.
 */
export async function ingestOutcomes(request: Request): Promise<readonly OutcomeReceipt[]> {
  const parsing = outcomeParsing(getSettings(), Date.now())
  const items: RawItem[] = []
  const parsed: ParsedOutcome[] = []
  for await (const item of itemsOf(await readBody(request))) {
    items.push(item)
    if (items.length > MOST_ITEMS)
      throw new RequestRefusal(413, `The body holds more than ${MOST_ITEMS} items; send at most so many at a time.`)
    parsed.push(parseRawItem(item, { parsing, nameOf }))
    // Pages and live events go on between the items of a large body.
    if (parsed.length % ITEMS_A_TURN === 0) await setImmediate()
  }
  const isDuplicate = new Map<OutcomeEvent, boolean>()
  // Each part is stored for itself: a sender that hears of no end sends the whole again, which changes nothing.
  for (let from = 0; from < parsed.length; from += ITEMS_A_BATCH) {
    const { outcomes } = await storeReadings('email-outcomes', readingsOf(parsed.slice(from, from + ITEMS_A_BATCH)))
    for (const applied of outcomes) isDuplicate.set(applied.event, applied.isDuplicate)
  }
  return parsed.map((one, at) => {
    const place = items[at]?.place ?? ''
    if (one.kind === 'unreadable') return { place, result: 'quarantined', reason: one.unreadable.reason }
    return { place, result: isDuplicate.get(one.event) === false ? 'accepted' : 'duplicate' }
  })
}

/** The identity of what is not understood is its content, so that the same sent again is not kept twice. */
function nameOf(_: RawItem, hash: string): string {
  return `ingest-${hash}`
}

async function* itemsOf({ bytes, isLines }: Body): AsyncIterable<RawItem> {
  if (isLines) yield* splitLines(inTurns(bytes))
  else if (isArrayText(bytes)) yield* splitArray(inTurns(bytes))
  else yield { place: 'item 1', number: 1, bytes }
}

/** The same bytes in pieces, between which everything else goes on. */
async function* inTurns(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BYTES_A_TURN) {
    yield bytes.subarray(at, at + BYTES_A_TURN)
    await setImmediate()
  }
}

function readingsOf(parsed: readonly ParsedOutcome[]): readonly Reading[] {
  const events = parsed.flatMap((one) => (one.kind === 'event' ? [one.event] : []))
  const messages = parsed.flatMap((one) => (one.kind === 'unreadable' ? [one.unreadable] : []))
  return [
    { kind: 'outcomes', events, isBackfill: false },
    { kind: 'unreadable', messages },
  ]
}
