import { requireQueue } from './operation.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import { applyAttributes, isKnownAttribute, unknownAttribute } from './queue-attributes.ts'
import type { Queue } from './queue.ts'
import { checkDeadLetterTarget, parseRedrivePolicy } from './redrive-policy.ts'
import { invalidParameter, SqsError } from './sqs-error.ts'
import type { SqsStore } from './sqs-store.ts'

const NAME_PATTERN = /^[A-Za-z0-9_-]{1,80}$/
const NAME_RULE = 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length'

/** Making a queue that exists answers with its URL when no given attribute differs. */
export function createQueue(call: OperationCall): OperationAnswer {
  const { store, fields } = call
  const name = fields.text('QueueName')
  const attributes = fields.textRecord('Attributes') ?? {}
  const tags = fields.textRecord('tags') ?? {}
  checkQueueName(name, attributes)
  const existing = store.findQueue(name)
  if (existing !== undefined) {
    checkSameAttributes(store, existing, attributes)
    return { QueueUrl: store.urlOf(existing) }
  }
  if (store.isNameResting(name)) {
    const seconds = store.limits.queueNameReuseSeconds
    const message = `You must wait ${seconds} seconds after deleting a queue before you can create another with the same name.`
    throw new SqsError('QueueDeletedRecently', message)
  }
  const queue = store.add(name)
  try {
    changeAttributes(store, queue, attributes)
  } catch (error) {
    store.withdraw(queue)
    throw error
  }
  for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value)
  return { QueueUrl: store.urlOf(queue) }
}

function checkQueueName(name: string, attributes: Readonly<Record<string, string>>): void {
  const isNamedFifo = name.endsWith('.fifo')
  const isWantedFifo = attributes['FifoQueue'] === 'true'
  if (isWantedFifo && !isNamedFifo) {
    throw invalidParameter(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    )
  }
  const plain = isNamedFifo && isWantedFifo ? `${name.slice(0, -5)}_fifo` : name
  if (!NAME_PATTERN.test(plain)) throw invalidParameter(NAME_RULE)
}

function checkSameAttributes(store: SqsStore, queue: Queue, wanted: Readonly<Record<string, string>>): void {
  const next = applyAttributes(new Map(queue.attributes), wanted, { isFifo: queue.isFifo, limits: store.limits })
  for (const name of Object.keys(wanted)) {
    if (next.get(name) === queue.attributes.get(name)) continue
    const message = `A queue already exists with the same name and a different value for attribute ${name}`
    throw new SqsError('QueueNameExists', message)
  }
}

function changeAttributes(store: SqsStore, queue: Queue, changes: Readonly<Record<string, string>>): void {
  const next = applyAttributes(new Map(queue.attributes), changes, { isFifo: queue.isFifo, limits: store.limits })
  const policyText = changes['RedrivePolicy']
  if (policyText !== undefined && policyText !== '') {
    const target = store.findByArn(parseRedrivePolicy(policyText).deadLetterTargetArn)
    const source = { arn: queue.arn, isFifo: queue.isFifo, policyText }
    const allowed = target && { isFifo: target.isFifo, redriveAllowPolicy: target.settings.redriveAllowPolicy }
    checkDeadLetterTarget(source, allowed)
  }
  queue.attributes = next
}

export function setQueueAttributes(call: OperationCall): OperationAnswer {
  changeAttributes(call.store, requireQueue(call), call.fields.textRecord('Attributes') ?? {})
  return {}
}

/** Only what is asked for; nothing asked, nothing answered. */
export function getQueueAttributes(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  const names = call.fields.textList('AttributeNames')
  for (const name of names) if (!isKnownAttribute(name)) throw unknownAttribute(name)
  if (names.length === 0) return {}
  const isAll = names.includes('All')
  const entries = allAttributes(queue).filter(([name]) => isAll || names.includes(name))
  return entries.length === 0 ? {} : { Attributes: Object.fromEntries(entries) }
}

function allAttributes(queue: Queue): [string, string][] {
  return [
    ...queue.attributes,
    ['QueueArn', queue.arn],
    ['ApproximateNumberOfMessages', String(queue.counts.visible)],
    ['ApproximateNumberOfMessagesNotVisible', String(queue.counts.inFlight)],
    ['ApproximateNumberOfMessagesDelayed', String(queue.counts.delayed)],
    ['CreatedTimestamp', String(Math.floor(queue.createdAtMs / 1000))],
    ['LastModifiedTimestamp', String(Math.floor(queue.lastModifiedAtMs / 1000))],
  ]
}

export function deleteQueue(call: OperationCall): OperationAnswer {
  call.store.remove(requireQueue(call))
  return {}
}

export function getQueueUrl(call: OperationCall): OperationAnswer {
  const { store, fields } = call
  const name = fields.text('QueueName')
  const owner = fields.optionalText('QueueOwnerAWSAccountId')
  const queue = owner === undefined || owner === store.accountId ? store.getQueue(name) : store.getQueue('')
  return { QueueUrl: store.urlOf(queue) }
}

/** Refused when the last purge is too recent. Takes everything at once; AWS may take up to 60 s. */
export function purgeQueue(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  const seconds = queue.limits.purgeIntervalSeconds
  if (queue.now() - queue.lastPurgeAtMs < seconds * 1000) {
    const message = `Only one PurgeQueue operation on ${queue.name} is allowed every ${seconds} seconds.`
    throw new SqsError('PurgeQueueInProgress', message)
  }
  queue.purge()
  return {}
}

export function tagQueue(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  const tags = call.fields.textRecord('Tags') ?? {}
  const names = new Set([...queue.tags.keys(), ...Object.keys(tags)])
  if (names.size > 50) throw invalidParameter(`Too many tags added for queue ${queue.name}.`)
  for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value)
  return {}
}

export function untagQueue(call: OperationCall): OperationAnswer {
  const queue = requireQueue(call)
  for (const key of call.fields.textList('TagKeys')) queue.tags.delete(key)
  return {}
}

export function listQueueTags(call: OperationCall): OperationAnswer {
  const { tags } = requireQueue(call)
  return tags.size === 0 ? {} : { Tags: Object.fromEntries(tags) }
}
