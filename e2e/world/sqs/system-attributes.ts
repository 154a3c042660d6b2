import type { StoredMessage } from './message.ts'
import { unknownAttribute } from './queue-attributes.ts'
import type { RequestFields } from './request-fields.ts'

const KNOWN = new Set([
  'All',
  'AWSTraceHeader',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
])

const NONE: ReadonlySet<string> = new Set()

/** What AttributeNames (the old parameter) and MessageSystemAttributeNames ask for together; both count. */
export function readSystemAttributeNames(fields: RequestFields): ReadonlySet<string> {
  const names = [...fields.textList('AttributeNames'), ...fields.textList('MessageSystemAttributeNames')]
  if (names.length === 0) return NONE
  for (const name of names) if (!KNOWN.has(name)) throw unknownAttribute(name)
  return new Set(names)
}

/** The system attributes asked for that the message has; undefined without any. */
export function systemAttributes(
  message: StoredMessage,
  wanted: ReadonlySet<string>,
): Record<string, string> | undefined {
  if (wanted.size === 0) return undefined
  const isAll = wanted.has('All')
  const attributes: Record<string, string> = {}
  const put = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && (isAll || wanted.has(name))) attributes[name] = String(value)
  }
  put('SenderId', message.senderId)
  put('ApproximateFirstReceiveTimestamp', message.firstReceivedAtMs)
  put('ApproximateReceiveCount', message.receiveCount)
  put('SentTimestamp', message.sentAtMs)
  put('SequenceNumber', message.sequenceNumber)
  put('MessageDeduplicationId', message.deduplicationId)
  put('MessageGroupId', message.groupId)
  put('AWSTraceHeader', message.traceHeader)
  put('DeadLetterQueueSourceArn', message.deadLetterSourceArn)
  return Object.keys(attributes).length === 0 ? undefined : attributes
}
