import 'server-only'
import { applyReadings } from '#lib/collect/apply-readings.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { Reading } from '#lib/domain/reading.ts'
import { parseOutcomeMessage } from '#lib/sources/parse-outcome-message.ts'
import { parseProfileMessage } from '#lib/sources/parse-profile-message.ts'
import type { Tx } from '#lib/store/db.ts'
import { lockQuarantined, noteTriedAgain, releaseQuarantined, type QuarantinedMessage } from '#lib/store/quarantine.ts'
import { outcomeParsing } from './outcome-parsing.ts'

const DAY_MS = 86_400_000

export interface ReplayContext {
  readonly settings: Settings
  /** SPILLWAY_SECRET, with which the messages were encrypted. */
  readonly secret: string
  readonly nowMs: number
}

/** What became of messages that were tried again. They add up to those asked for. */
export interface Replayed {
  /** Understood now: stored where they belong, and no longer in quarantine. Some may tell what was known already. */
  readonly understood: number
  /** Still in quarantine, with the reason of this try. */
  readonly notUnderstood: number
  /** No longer there: somebody else tried them, or their time was over. */
  readonly gone: number
  /** Live topics to publish once the transaction has committed. */
  readonly topics: readonly string[]
}

/**
 * Reads quarantined messages again, as if they came now but with the place in the order that they had, and stores what is understood, in the
 * caller's transaction. What lies more than a day back is history, about which nobody is alerted. Call it last in a transaction. Throws
 * `not_configured` when the secret is not the one they were encrypted with: then nothing is changed.
 */
export async function replayQuarantined(tx: Tx, ids: readonly number[], context: ReplayContext): Promise<Replayed> {
  const wanted = new Set(ids)
  const messages = await lockQuarantined(tx, [...wanted], context.secret)
  const read = messages.map((message) => ({ message, told: readAgain(message, context) }))
  const understood = read.flatMap(({ message, told }) => (typeof told === 'string' ? [] : [{ message, told }]))
  for (const { message, told } of read)
    if (typeof told === 'string') await noteTriedAgain(tx, message.id, told, context.nowMs)
  await releaseQuarantined(
    tx,
    understood.map(({ message }) => message.id),
  )
  const topics = new Set<string>(['emails'])
  for (const source of new Set(understood.map(({ message }) => message.source))) {
    const readings = understood.filter(({ message }) => message.source === source).map(({ told }) => told)
    const applied = await applyReadings(tx, readings, { ...context, source, atMs: context.nowMs })
    for (const topic of applied.topics) topics.add(topic)
  }
  return {
    understood: understood.length,
    notUnderstood: messages.length - understood.length,
    gone: wanted.size - messages.length,
    topics: [...topics],
  }
}

/** What the message tells; a text says why it is still not understood. */
function readAgain(message: QuarantinedMessage, { settings, nowMs }: ReplayContext): Reading | string {
  const { body, receivedMs, source } = message
  if (source === 'profiles') {
    const told = parseProfileMessage(body, message.sentTimestampMs ?? receivedMs)
    if (typeof told === 'string') return told
    return 'hasAddress' in told
      ? { kind: 'addresses', addresses: [told] }
      : { kind: 'profiles', profiles: [told], isBackfill: nowMs - told.createdAtMs > DAY_MS }
  }
  // Without a queue's time, an event that tells no moment is ordered by its arrival: the first one.
  const parsed = parseOutcomeMessage(message, outcomeParsing(settings, receivedMs))
  if (parsed.kind === 'unreadable') return parsed.unreadable.reason
  const { event } = parsed
  return { kind: 'outcomes', events: [event], isBackfill: nowMs - event.order.atMs > DAY_MS }
}
