import { runBatch } from './batch.ts'
import { MAXIMUM_MESSAGE_BYTES } from './limits.ts'
import { md5Hex, newMessageId, sha256Hex } from './message.ts'
import type { MessageContent } from './message.ts'
import { attributesSizeBytes, md5OfAttributes, parseMessageAttributes } from './message-attributes.ts'
import type { MessageAttributes } from './message-attributes.ts'
import { hasForbiddenCharacter, INVALID_CHARACTERS } from './message-text.ts'
import { requireQueue } from './operation.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import type { Queue } from './queue.ts'
import { isRecord } from './request-fields.ts'
import type { RequestFields } from './request-fields.ts'
import { invalidParameter, invalidValue, missingParameter, SqsError } from './sqs-error.ts'

const FIFO_ID_PATTERN = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/
const TRACE_HEADER_KEY = 'AWSTraceHeader'

export function sendMessage(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  if (queue.isFifo && call.fields.optionalText('MessageGroupId') === undefined) throw missingParameter('MessageGroupId')
  checkFifoIds(queue, call.fields)
  return send(queue, call, { fields: call.fields, isInBatch: false })
}

export function sendMessageBatch(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  return runBatch(call, {
    entryName: 'SendMessageBatchRequestEntry',
    checkAll: (entries) => {
      checkBatchSize(entries)
      for (const entry of entries) {
        if (queue.isFifo && entry.optionalText('MessageGroupId') === undefined) {
          throw invalidParameter('The request must contain the parameter MessageGroupId.')
        }
        checkFifoIds(queue, entry)
      }
    },
    runEntry: (entry) => send(queue, call, { fields: entry, isInBatch: true }),
  })
}

function missingDeduplicationId(): SqsError {
  return invalidParameter(
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  )
}

function checkFifoIds(queue: Queue, fields: RequestFields): void {
  for (const name of ['MessageGroupId', 'MessageDeduplicationId']) {
    const value = fields.optionalText(name)
    if (value === undefined || FIFO_ID_PATTERN.test(value)) continue
    const reason = `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`
    throw invalidValue(value, name, reason)
  }
  const deduplicationId = fields.optionalText('MessageDeduplicationId')
  if (!queue.isFifo && deduplicationId !== undefined) {
    const reason = 'The request include parameter that is not valid for this queue type.'
    throw invalidValue(deduplicationId, 'MessageDeduplicationId', reason)
  }
  if (queue.isFifo && !queue.settings.isContentDeduplicated && deduplicationId === undefined) {
    throw missingDeduplicationId()
  }
}

function checkBatchSize(entries: readonly RequestFields[]): void {
  let bytes = 0
  for (const entry of entries) {
    bytes += Buffer.byteLength(entry.optionalText('MessageBody') ?? '')
    for (const [name, attribute] of Object.entries(entry.record('MessageAttributes') ?? {})) {
      bytes += attributesSizeBytes({ [name]: rawAttribute(attribute) })
    }
  }
  if (bytes <= MAXIMUM_MESSAGE_BYTES) return
  const message = `Batch requests cannot be longer than ${MAXIMUM_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`
  throw new SqsError('BatchRequestTooLong', message)
}

/** The size of a batch is checked before its attributes are, so they are read leniently here. */
function rawAttribute(raw: unknown): MessageAttributes[string] {
  const text = (name: string): string => {
    const value = isRecord(raw) ? raw[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  return { DataType: text('DataType'), StringValue: text('StringValue'), BinaryValue: text('BinaryValue') }
}

function send(
  queue: Queue,
  call: OperationCall,
  { fields, isInBatch }: { fields: RequestFields; isInBatch: boolean },
): OperationAnswer {
  const delaySeconds = readDelay(queue, fields)
  const content = readContent(queue, fields, { caller: call.caller, isInBatch })
  const stored = deliver(queue, content, delaySeconds)
  return {
    MessageId: stored.messageId,
    MD5OfMessageBody: content.md5OfBody,
    MD5OfMessageAttributes: content.md5OfAttributes,
    MD5OfMessageSystemAttributes: md5OfTraceHeader(content.traceHeader),
    SequenceNumber: stored.sequenceNumber,
  }
}

/**
 * Puts a message into a queue as SendMessage does: a FIFO queue drops a duplicate and answers with the first one's ids.
 * Counts it as sent unless it was dropped.
 */
export function deliver(
  queue: Queue,
  content: MessageContent,
  delaySeconds: number,
): { messageId: string; sequenceNumber: string | undefined } {
  const now = queue.now()
  const id = content.deduplicationId
  const scope = queue.settings.isDeduplicatedByGroup ? `${content.groupId ?? ''} ` : ''
  if (queue.isFifo && id !== undefined) {
    const earlier = queue.deduplication.find(scope + id, now)
    if (earlier !== undefined) return earlier
  }
  const message = queue.insert(content, delaySeconds)
  queue.counters.sent += 1
  queue.counters.sentBytes += content.sizeBytes
  const { messageId, sequenceNumber } = message
  if (id !== undefined && sequenceNumber !== undefined) {
    queue.deduplication.remember(scope + id, { messageId, sequenceNumber }, now)
  }
  return { messageId, sequenceNumber }
}

/** FIFO queues take a delay only from the queue; zero on a message means the queue's there. */
function readDelay(queue: Queue, fields: RequestFields): number {
  const delay = fields.boundedInteger('DelaySeconds', {
    min: 0,
    max: 900,
    reason: 'DelaySeconds must be >= 0 and <= 900.',
  })
  if (!queue.isFifo) return delay ?? queue.settings.delaySeconds
  if (delay !== undefined && delay > 0) {
    const reason = 'The request include parameter that is not valid for this queue type.'
    throw invalidValue(delay, 'DelaySeconds', reason)
  }
  return queue.settings.delaySeconds
}

function readContent(
  queue: Queue,
  fields: RequestFields,
  { caller, isInBatch }: { caller: string; isInBatch: boolean },
): MessageContent {
  const body = fields.text('MessageBody')
  if (hasForbiddenCharacter(body)) throw new SqsError('InvalidMessageContents', INVALID_CHARACTERS)
  const attributes = parseMessageAttributes(fields.record('MessageAttributes'))
  const sizeBytes = Buffer.byteLength(body) + attributesSizeBytes(attributes)
  const maximum = queue.settings.maximumMessageBytes
  if (sizeBytes > maximum) {
    const start = isInBatch ? 'One or more parameters cannot be validated.' : 'One or more parameters are invalid.'
    throw invalidParameter(`${start} Reason: Message must be shorter than ${maximum} bytes.`)
  }
  const givenId = fields.optionalText('MessageDeduplicationId')
  return {
    messageId: newMessageId(),
    body,
    md5OfBody: md5Hex(body),
    attributes,
    md5OfAttributes: attributes === undefined ? undefined : md5OfAttributes(attributes),
    traceHeader: readTraceHeader(fields),
    senderId: caller,
    sizeBytes,
    groupId: fields.optionalText('MessageGroupId'),
    deduplicationId: givenId ?? (queue.isFifo ? sha256Hex(body) : undefined),
  }
}

/** The one system attribute that SQS takes; its size does not count. */
function readTraceHeader(fields: RequestFields): string | undefined {
  const system = fields.record('MessageSystemAttributes')
  if (system === undefined) return undefined
  for (const name of Object.keys(system)) {
    if (name !== TRACE_HEADER_KEY) {
      throw invalidParameter(`Message system attribute name '${name}' is invalid. Only AWSTraceHeader is supported.`)
    }
  }
  const header = system[TRACE_HEADER_KEY]
  if (header === undefined) return undefined
  const value = isRecord(header) && header['DataType'] === 'String' ? header['StringValue'] : undefined
  if (typeof value !== 'string' || value === '') {
    throw invalidParameter(
      `Message system attribute '${TRACE_HEADER_KEY}' must contain a non-empty value of type 'String'.`,
    )
  }
  return value
}

function md5OfTraceHeader(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  return md5OfAttributes({ [TRACE_HEADER_KEY]: { DataType: 'String', StringValue: value } })
}
