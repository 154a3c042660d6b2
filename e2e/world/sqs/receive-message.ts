import { VISIBILITY_BOUNDS } from './change-visibility.ts'
import { moveToDeadLetterQueue } from './dead-letter.ts'
import { waitForMessages } from './long-poll.ts'
import { md5OfAttributes, selectAttributes } from './message-attributes.ts'
import type { StoredMessage } from './message.ts'
import { requireQueue } from './operation.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import type { Queue } from './queue.ts'
import { formatReceiptHandle } from './receipt-handle.ts'
import { ReceiveAttempts } from './receive-attempts.ts'
import type { RequestFields } from './request-fields.ts'
import { SqsError } from './sqs-error.ts'
import type { SqsStore } from './sqs-store.ts'
import { readSystemAttributeNames, systemAttributes } from './system-attributes.ts'

interface ReceiveRequest {
  readonly max: number
  readonly visibilitySeconds: number
  readonly waitSeconds: number
  readonly attributeNames: readonly string[]
  readonly systemNames: ReadonlySet<string>
  readonly attemptId: string | undefined
}

const MESSAGES_BOUNDS = { min: 1, max: 10, reason: 'Must be between 1 and 10, if provided.' }
const WAIT_BOUNDS = { min: 0, max: 20, reason: 'Must be >= 0 and <= 20, if provided.' }

const attemptsOf = new WeakMap<Queue, ReceiveAttempts>()

export async function receiveMessage(call: OperationCall): Promise<OperationAnswer> {
  const queue = requireQueue(call)
  const request = readRequest(queue, call.fields)
  const repeated = request.attemptId === undefined ? undefined : attempts(queue).repeat(request.attemptId, request)
  const messages =
    repeated?.map(({ message, handle }) => shape(message, handle, request)) ?? (await receive(call, queue, request))
  if (messages.length === 0) queue.counters.emptyReceives += 1
  queue.counters.received += messages.length
  return messages.length === 0 ? {} : { Messages: messages }
}

function readRequest(queue: Queue, fields: RequestFields): ReceiveRequest {
  return {
    max: fields.boundedInteger('MaxNumberOfMessages', MESSAGES_BOUNDS) ?? 1,
    visibilitySeconds:
      fields.boundedInteger('VisibilityTimeout', VISIBILITY_BOUNDS) ?? queue.settings.visibilityTimeoutSeconds,
    waitSeconds: fields.boundedInteger('WaitTimeSeconds', WAIT_BOUNDS) ?? queue.settings.waitTimeSeconds,
    attributeNames: fields.textList('MessageAttributeNames'),
    systemNames: readSystemAttributeNames(fields),
    attemptId: queue.isFifo ? fields.optionalText('ReceiveRequestAttemptId') : undefined,
  }
}

async function receive(call: OperationCall, queue: Queue, request: ReceiveRequest): Promise<OperationAnswer[]> {
  const isFull = !queue.isFifo && queue.counts.inFlight >= queue.limits.inFlightLimit
  if (isFull && request.waitSeconds === 0) {
    const message = `Too many messages in flight: the limit of this queue is ${queue.limits.inFlightLimit}.`
    throw new SqsError('OverLimit', message)
  }
  const attempt = (): OperationAnswer[] => takeMessages(call.store, queue, request)
  const first = attempt()
  if (first.length > 0 || request.waitSeconds === 0) return first
  return waitForMessages(queue, { attempt, waitMs: request.waitSeconds * 1000, onHangUp: call.onHangUp })
}

/** One look into the queue: takes what is visible and makes it invisible. */
function takeMessages(store: SqsStore, queue: Queue, request: ReceiveRequest): OperationAnswer[] {
  const now = queue.now()
  const room = queue.limits.inFlightLimit - queue.counts.inFlight
  const taken = queue.take(Math.min(request.max, room), (message) => {
    if (moveToDeadLetterQueue(store, queue, message)) return false
    message.receiveCount += 1
    message.receivesHere += 1
    message.firstReceivedAtMs ??= now
    message.lastReceivedAtMs = now
    queue.hide(message, now + request.visibilitySeconds * 1000)
    return true
  })
  const receipts = taken.map((message) => ({
    message,
    handle: formatReceiptHandle(queue.token, { key: message.key, receive: message.receivesHere }),
  }))
  if (request.attemptId !== undefined && receipts.length > 0) attempts(queue).remember(request.attemptId, receipts)
  const shaped = receipts.map(({ message, handle }) => shape(message, handle, request))
  // A timeout of zero: the message is handed out and stays visible, but never twice in one answer.
  if (request.visibilitySeconds === 0) for (const message of taken) queue.release(message)
  return shaped
}

function attempts(queue: Queue): ReceiveAttempts {
  let found = attemptsOf.get(queue)
  if (found === undefined) {
    found = new ReceiveAttempts(queue)
    attemptsOf.set(queue, found)
  }
  return found
}

function shape(message: StoredMessage, handle: string, request: ReceiveRequest): OperationAnswer {
  const attributes = selectAttributes(message.attributes, request.attributeNames)
  const md5 = attributes === message.attributes ? message.md5OfAttributes : attributes && md5OfAttributes(attributes)
  return {
    MessageId: message.messageId,
    ReceiptHandle: handle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: systemAttributes(message, request.systemNames),
    MD5OfMessageAttributes: attributes === undefined ? undefined : md5,
    MessageAttributes: attributes,
  }
}
