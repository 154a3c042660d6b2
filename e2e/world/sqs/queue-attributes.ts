import { MAXIMUM_MESSAGE_BYTES, MAXIMUM_VISIBILITY_SECONDS } from './limits.ts'
import type { SqsLimits } from './limits.ts'
import { parseJsonObject, parseRedriveAllowPolicy, parseRedrivePolicy } from './redrive-policy.ts'
import type { RedriveAllowPolicy, RedrivePolicy } from './redrive-policy.ts'
import { SqsError } from './sqs-error.ts'

/** What can be set on a queue, parsed. */
export interface QueueSettings {
  readonly visibilityTimeoutSeconds: number
  readonly delaySeconds: number
  readonly maximumMessageBytes: number
  readonly retentionSeconds: number
  readonly waitTimeSeconds: number
  readonly isContentDeduplicated: boolean
  readonly isDeduplicatedByGroup: boolean
  readonly redrivePolicy: RedrivePolicy | undefined
  readonly redriveAllowPolicy: RedriveAllowPolicy | undefined
}

const FIFO_ONLY = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit']
const REMOVED_WHEN_EMPTY = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'])
const READ_ONLY = new Set([
  'All',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
])

const STANDARD_DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  MaximumMessageSize: String(MAXIMUM_MESSAGE_BYTES),
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
}

const FIFO_DEFAULTS: Readonly<Record<string, string>> = {
  ...STANDARD_DEFAULTS,
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
}

export function defaultAttributes(isFifo: boolean): Map<string, string> {
  return new Map(Object.entries(isFifo ? FIFO_DEFAULTS : STANDARD_DEFAULTS))
}

/** Names that GetQueueAttributes knows. */
export function isKnownAttribute(name: string): boolean {
  return READ_ONLY.has(name) || isSettable(name)
}

function isSettable(name: string): boolean {
  return name in FIFO_DEFAULTS || REMOVED_WHEN_EMPTY.has(name) || name === 'KmsDataKeyReusePeriodSeconds'
}

/** Changes attributes in place, all or nothing; throws InvalidAttributeName, InvalidAttributeValue or InvalidParameterValue. */
export function applyAttributes(
  current: Map<string, string>,
  changes: Readonly<Record<string, string>>,
  options: { isFifo: boolean; limits: SqsLimits },
): Map<string, string> {
  const next = new Map(current)
  for (const [name, value] of Object.entries(changes)) {
    checkName(name, options.isFifo)
    if (value === '' && REMOVED_WHEN_EMPTY.has(name)) next.delete(name)
    else next.set(name, normalise(name, value, options.limits))
  }
  settleEncryption(next, changes)
  if (next.get('FifoThroughputLimit') === 'perMessageGroupId' && next.get('DeduplicationScope') !== 'messageGroup') {
    throw invalidValue('FifoThroughputLimit', 'perMessageGroupId needs DeduplicationScope messageGroup.')
  }
  return next
}

function checkName(name: string, isFifo: boolean): void {
  if (READ_ONLY.has(name) || !isSettable(name)) throw unknownAttribute(name)
  if (isFifo || !FIFO_ONLY.includes(name)) return
  if (name === 'DeduplicationScope' || name === 'FifoThroughputLimit') {
    throw new SqsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`)
  }
  throw unknownAttribute(name)
}

export function unknownAttribute(name: string): SqsError {
  return new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
}

function invalidValue(name: string, reason?: string): SqsError {
  const ending = reason === undefined ? '' : ` Reason: ${reason}`
  return new SqsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.${ending}`)
}

function normalise(name: string, value: string, limits: SqsLimits): string {
  const bounds = integerBounds(name, limits)
  if (bounds !== undefined) {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < bounds.min || number > bounds.max) throw invalidValue(name)
    return String(number)
  }
  const allowed = allowedWords(name)
  if (allowed !== undefined) {
    if (allowed.includes(value)) return value
    throw invalidValue(name, name === 'FifoQueue' ? 'Modifying queue type is not supported.' : undefined)
  }
  if (name === 'RedrivePolicy') return JSON.stringify(parseRedrivePolicy(value))
  if (name === 'RedriveAllowPolicy') return JSON.stringify(parseRedriveAllowPolicy(value))
  if (name === 'Policy' && parseJsonObject(value) === undefined) throw invalidValue(name)
  return value
}

function integerBounds(name: string, limits: SqsLimits): { min: number; max: number } | undefined {
  switch (name) {
    case 'VisibilityTimeout':
      return { min: 0, max: MAXIMUM_VISIBILITY_SECONDS }
    case 'DelaySeconds':
      return { min: 0, max: 900 }
    case 'MaximumMessageSize':
      return { min: 1024, max: MAXIMUM_MESSAGE_BYTES }
    case 'MessageRetentionPeriod':
      return { min: limits.minimumRetentionSeconds, max: 1_209_600 }
    case 'ReceiveMessageWaitTimeSeconds':
      return { min: 0, max: 20 }
    case 'KmsDataKeyReusePeriodSeconds':
      return { min: 60, max: 86_400 }
    default:
      return undefined
  }
}

function allowedWords(name: string): readonly string[] | undefined {
  switch (name) {
    case 'FifoQueue':
      return ['true']
    case 'ContentBasedDeduplication':
    case 'SqsManagedSseEnabled':
      return ['true', 'false']
    case 'DeduplicationScope':
      return ['queue', 'messageGroup']
    case 'FifoThroughputLimit':
      return ['perQueue', 'perMessageGroupId']
    default:
      return undefined
  }
}

/** A queue has one kind of encryption at a time: naming a KMS key switches the managed one off and back. */
function settleEncryption(next: Map<string, string>, changes: Readonly<Record<string, string>>): void {
  const key = changes['KmsMasterKeyId']
  if (key !== undefined && key !== '' && changes['SqsManagedSseEnabled'] === 'true') {
    throw new SqsError(
      'InvalidAttributeName',
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    )
  }
  if (changes['SqsManagedSseEnabled'] === 'true') next.delete('KmsMasterKeyId')
  else if (key !== undefined) next.set('SqsManagedSseEnabled', key === '' ? 'true' : 'false')
  if (!next.has('KmsMasterKeyId')) next.delete('KmsDataKeyReusePeriodSeconds')
}

/** The parsed form of a queue's attributes, made once a change rather than once a call. */
export function settingsOf(attributes: ReadonlyMap<string, string>): QueueSettings {
  const number = (name: string): number => Number(attributes.get(name))
  const redrive = attributes.get('RedrivePolicy')
  const allow = attributes.get('RedriveAllowPolicy')
  return {
    visibilityTimeoutSeconds: number('VisibilityTimeout'),
    delaySeconds: number('DelaySeconds'),
    maximumMessageBytes: number('MaximumMessageSize'),
    retentionSeconds: number('MessageRetentionPeriod'),
    waitTimeSeconds: number('ReceiveMessageWaitTimeSeconds'),
    isContentDeduplicated: attributes.get('ContentBasedDeduplication') === 'true',
    isDeduplicatedByGroup: attributes.get('DeduplicationScope') === 'messageGroup',
    redrivePolicy: redrive === undefined ? undefined : parseRedrivePolicy(redrive),
    redriveAllowPolicy: allow === undefined ? undefined : parseRedriveAllowPolicy(allow),
  }
}
