import { z } from 'zod'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import { dropAddresses } from './drop-personal.ts'
import { NotUnderstood, type OutcomeMessage, type OutcomeParsing, type ParsedOutcome } from './outcome-message.ts'
import { parseHistory } from './parse-history.ts'
import { CLOCK_SLACK_MS } from './order-moment.ts'
import { isSes, parseSes } from './parse-ses.ts'
import { rowOfDocument, rowOfFlat } from './plain-row.ts'

/** A message as SQS ReceiveMessage gives it, e.g. in a line of an export. */
const sqsWrapping = z.object({
  MessageId: z.string().optional(),
  Body: z.string(),
  Attributes: z
    .object({
      SequenceNumber: z
        .string()
        .regex(/^\d{1,38}$/)
        .optional()
        .catch(undefined),
      SentTimestamp: z.coerce.number().int().positive().optional().catch(undefined),
    })
    .optional(),
})
/** What SNS puts around a message where raw delivery is off. */
const snsWrapping = z.object({ Type: z.literal('Notification'), Message: z.string() })

/** An export of a queue that is fed by a topic has both wrappings; nothing has more. */
const MOST_WRAPPINGS = 3

/**
 * Reads one outcome: a History row (as broadcast, as a document of MongoDB, or flat) or an SES event, bare, wrapped by SNS, or as a whole SQS message. Never throws: what cannot be
 * understood comes back with the reason, so that it can be kept and blocks nothing.
 */
export function parseOutcomeMessage(message: OutcomeMessage, parsing: OutcomeParsing): ParsedOutcome {
  try {
    return { kind: 'event', event: parseEvent(message, parsing, MOST_WRAPPINGS) }
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    const { messageId, body, sequence, sentTimestampMs } = message
    const reason = dropAddresses(error.message) ?? ''
    return { kind: 'unreadable', unreadable: { messageId, body, reason, sequence, sentTimestampMs } }
  }
}

function parseEvent(message: OutcomeMessage, parsing: OutcomeParsing, wrappings: number): OutcomeEvent {
  const json = parseObject(message.body)
  const inner = messageOfSqs(json, message, parsing) ?? messageOfSns(json, message)
  if (inner !== null) {
    if (wrappings === 0) throw new NotUnderstood('the message: is wrapped too often.')
    return parseEvent(inner, parsing, wrappings - 1)
  }
  if (isSes(json)) return parseSes(json, message, parsing)
  const row = rowOf({ ...json })
  if (row !== null) return parseHistory(row, message, parsing)
  throw new NotUnderstood('the message: is neither a notification (id, status) nor an SES event (mail, eventType).')
}

/** A notification's row in whichever shape it came: as it is broadcast, as a document of the database, or flat; null for anything else. */
function rowOf(json: Readonly<Record<string, unknown>>): object | null {
  if ('notificationId' in json) return rowOfFlat(json)
  if (!('status' in json)) return null
  if ('id' in json) return json
  return '_id' in json ? rowOfDocument(json) : null
}

function messageOfSqs(json: object, outer: OutcomeMessage, { observedAtMs }: OutcomeParsing): OutcomeMessage | null {
  // Most are not wrapped, and a schema that fails is dear.
  const sqs = 'Body' in json ? sqsWrapping.safeParse(json) : null
  if (sqs?.success !== true) return null
  const { Body: body, Attributes } = sqs.data
  const sentMs = Attributes?.SentTimestamp
  return {
    messageId: outer.messageId,
    body,
    sequence: Attributes?.SequenceNumber ?? outer.sequence,
    // No queue has taken yet what is read already: such a time would put the event behind all that is still to come.
    sentTimestampMs: sentMs !== undefined && sentMs <= observedAtMs + CLOCK_SLACK_MS ? sentMs : outer.sentTimestampMs,
  }
}

function messageOfSns(json: object, outer: OutcomeMessage): OutcomeMessage | null {
  const sns = 'Message' in json ? snsWrapping.safeParse(json) : null
  return sns?.success === true ? { ...outer, body: sns.data.Message } : null
}

function parseObject(text: string): object {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new NotUnderstood('the message: is not JSON.')
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new NotUnderstood('the message: is not a JSON object.')
  }
  return json
}
