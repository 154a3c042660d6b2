import 'server-only'
import { createHash } from 'node:crypto'
import { getSettings } from '#lib/config/load-settings.ts'
import type { Reading } from '#lib/domain/reading.ts'
import type { ParsedOutcome } from '#lib/sources/outcome-message.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import { outcomeParsing } from './outcome-parsing.ts'
import { readItems, type Item } from './read-items.ts'
import { storeReadings } from './store-readings.ts'

/** What became of one item. A quarantined one is kept, encrypted, until a person decides; `reason` names the field. */
export interface OutcomeReceipt {
  readonly place: string
  readonly result: 'accepted' | 'duplicate' | 'quarantined'
  readonly reason?: string
}

/** Takes outcomes by HTTP, in the shapes that the queue carries. The same body again changes nothing. */
export async function ingestOutcomes(request: Request): Promise<readonly OutcomeReceipt[]> {
  const items = await readItems(request)
  const parsing = outcomeParsing(getSettings(), Date.now())
  const parsed = items.map((item) => parseOutcomeMessage(messageOf(item), parsing))
  const { outcomes } = await storeReadings('email-outcomes', readingsOf(parsed))
  const isDuplicate = new Map(outcomes.map((applied) => [applied.event, applied.isDuplicate]))
  return parsed.map((one, at) => {
    const place = items[at]?.place ?? ''
    if (one.kind === 'unreadable') return { place, result: 'quarantined', reason: one.unreadable.reason }
    return { place, result: isDuplicate.get(one.event) === false ? 'accepted' : 'duplicate' }
  })
}

/** The item as a message. Its identity is its content, so that the same one sent again is not kept twice. */
function messageOf({ json }: Item): Parameters<typeof parseOutcomeMessage>[0] {
  const body = JSON.stringify(json)
  const hash = createHash('sha256').update(body).digest('base64url')
  return { messageId: `ingest-${hash}`, body, sequence: null, sentTimestampMs: null }
}

function readingsOf(parsed: readonly ParsedOutcome[]): readonly Reading[] {
  const events = parsed.flatMap((one) => (one.kind === 'event' ? [one.event] : []))
  const messages = parsed.flatMap((one) => (one.kind === 'unreadable' ? [one.unreadable] : []))
  return [
    { kind: 'outcomes', events, isBackfill: false },
    { kind: 'unreadable', messages },
  ]
}
