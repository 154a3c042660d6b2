import { beatWords } from '#lib/domain/beat-words.ts'
import { durationWords } from '#lib/domain/duration-words.ts'
import { figure, listed } from '#lib/domain/count-words.ts'
import type { Clock } from '#lib/domain/headline.ts'
import { nameBeside, placeOf, scopeOfPlace, type Queue, type QueueBeat } from '#lib/domain/queue.ts'
import { atWords, sinceWords } from '#lib/domain/when-words.ts'
import type { QueueBook, QueueEntry } from '#lib/views/queue-book.ts'
import type { SourceStatus } from '#lib/views/shared.ts'
import { isPartSeen, statusOf } from '#lib/views/source-statuses.ts'
import type { AlarmRow, QueuePage } from './contract.ts'

type Fact = QueuePage['facts'][number]
type Watch = QueuePage['watch'][number]

/** What the inventory tells of a queue, in reading order. `baseSeconds`: how often its depth is read while it is not quiet. */
export function queueFacts(entry: QueueEntry, clock: Clock, baseSeconds: number): Fact[] {
  const { queue, dlqName, service } = entry
  const isDlq = entry.deadLetterOf.length > 0
  return [
    fact('Service', service ?? 'not known', service === null ? SERVICE_NOTE : null),
    fact('Region and account', whereWords(queue)),
    fact('Kind', queue.isFifo ? 'FIFO' : 'standard'),
    ...(isDlq ? [fact('Dead letters of', listed(entry.deadLetterOf))] : []),
    ...(isDlq && dlqName === null ? [] : [fact('Dead-letter queue', dlqName ?? 'none')]),
    ...(dlqName === null ? [] : [fact('Receives before a message is a dead letter', count(queue.maxReceiveCount))]),
    fact('May take dead letters of', allowWords(queue), allowNote(entry)),
    fact('Retention', duration(queue.retentionSeconds), isDlq && !queue.isFifo ? EXPIRY_NOTE : null),
    fact('Visibility timeout', duration(queue.visibilityTimeoutSeconds)),
    fact('Delivery delay', duration(queue.delaySeconds)),
    fact('Largest message', bytesWords(queue.maximumMessageBytes)),
    fact('Encryption', encryptionWords(queue)),
    fact('Tags', tagWords(queue.tags), queue.tags === null ? TAGS_NOTE : null),
    fact('Depth is read', queue.beat === null ? null : readWords(queue.beat, clock, baseSeconds)),
    fact('Created', queue.createdAtMs === null ? null : atWords(queue.createdAtMs, clock.nowMs, clock.timeZone)),
    fact('ARN', queue.arn),
    fact('URL', queue.url),
  ]
}

/** `eu-west-1, account 111122223333, partner in spillway.yaml`, from the ARN: nothing else names both. */
function whereWords({ arn, name }: Queue): string {
  const [, , , region = '', account = ''] = arn.split(':')
  const place = placeOf(name)
  return `${region}, account ${account}${place === null ? '' : `, ${place} in spillway.yaml`}`
}

const SERVICE_NOTE = 'Set services in spillway.yaml, or give the queue the tag service.'
const TAGS_NOTE = 'They are asked for once a day, which needs sqs:ListQueueTags.'

function readWords(beat: QueueBeat, { nowMs, timeZone }: Clock, baseSeconds: number): string {
  return beatWords(beat, { baseSeconds, since: (atMs) => sinceWords(atMs, nowMs, timeZone) })
}

/** No policy allows every queue; SQS says so by telling none. */
function allowWords({ name, redriveAllow: allow }: Queue): string {
  if (allow === null || allow.permission === 'allowAll') return 'any queue of its account and region'
  if (allow.permission === 'denyAll') return 'no queue'
  return allow.sourceArns.length === 0 ? 'no queue' : listed(allow.sourceArns.map((arn) => nameBeside(name, arn)))
}

/** Queues that name this one although its policy does not let them. */
function allowNote({ queue, deadLetterOf }: QueueEntry): string | null {
  const allow = queue.redriveAllow
  if (allow === null || allow.permission === 'allowAll') return null
  const allowed = new Set(allow.sourceArns.map((arn) => nameBeside(queue.name, arn)))
  const refused = deadLetterOf.filter((name) => allow.permission === 'denyAll' || !allowed.has(name))
  if (refused.length === 0) return null
  return `${listed(refused)} ${refused.length === 1 ? 'names' : 'name'} it, and its policy does not allow that.`
}

function bytesWords(bytes: number | null): string | null {
  if (bytes === null) return null
  return bytes % 1024 === 0 ? `${figure(bytes / 1024)} KiB` : `${figure(bytes)} bytes`
}

function encryptionWords({ kmsKeyId, isSqsEncrypted }: Queue): string | null {
  if (kmsKeyId !== null) return `by KMS with ${kmsKeyId}`
  if (isSqsEncrypted === null) return null
  return isSqsEncrypted ? 'by SQS with a key of its own' : 'none'
}

function tagWords(tags: Queue['tags']): string | null {
  if (tags === null) return null
  const pairs = Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return pairs.length === 0 ? 'none' : pairs.map(([key, value]) => `${key}: ${value}`).join('; ')
}

const EXPIRY_NOTE = 'Counted from when a message was first sent, not from when it became a dead letter.'

function fact(label: string, value: string | null, note: string | null = null): Fact {
  return { label, value, note }
}

function duration(seconds: number | null): string | null {
  return seconds === null ? null : durationWords(seconds)
}

function count(value: number | null): string | null {
  return value === null ? null : figure(value)
}

export function alarmRows(entry: QueueEntry): AlarmRow[] {
  return entry.alarms.map((alarm) => ({
    name: alarm.name,
    state: alarm.state,
    reason: alarm.reason,
    sinceMs: alarm.stateSinceMs,
    hasAction: alarm.actionsEnabled && alarm.actionCount > 0,
    missingData: alarm.missingData,
  }))
}

/** Why the alarms are not known as they are now, in a sentence; null while they are read. */
export function alarmsUnknown(statuses: readonly SourceStatus[]): string | null {
  const { state, message } = statusOf(statuses, 'cloudwatch-alarms')
  return state === 'ok' ? null : (message ?? 'Alarms are not read.')
}

/** What watches the queue, and what does not. */
export function queueWatch(entry: QueueEntry, book: QueueBook, statuses: readonly SourceStatus[]): Watch[] {
  return [
    ...deadLetterWatch(entry, book),
    alarmWatch(entry, statusOf(statuses, 'cloudwatch-alarms')),
    parityWatch(entry, statuses),
  ]
}

function deadLetterWatch({ deadLetterOf, dlqName, queue }: QueueEntry, book: QueueBook): Watch[] {
  if (deadLetterOf.length > 0) return []
  const label = 'Dead-letter queue'
  if (dlqName !== null && !book.has(dlqName))
    return [{ label, truth: 'unknown', note: `${dlqName} is named, and the list of queues does not have it.` }]
  if (dlqName !== null) return [{ label, truth: 'ok', note: `What cannot be processed goes to ${dlqName}.` }]
  const after = queue.retentionSeconds === null ? '' : ` after ${durationWords(queue.retentionSeconds)}`
  return [
    {
      label,
      truth: 'bad',
      note: `None: what cannot be processed is received again and again until SQS drops it${after}.`,
    },
  ]
}

function alarmWatch({ alarms, queue }: QueueEntry, status: SourceStatus): Watch {
  const label = 'CloudWatch alarm'
  const isNeverSeen = status.state !== 'ok' && status.lastOkMs === null
  if (status.state === 'not-configured' || isNeverSeen)
    return { label, truth: 'unknown', note: status.message ?? 'Alarms are not read.' }
  // Where only a place does not answer, the alarms of the others are known.
  const isSeen = status.state === 'ok' || isPartSeen(status, scopeOfPlace(placeOf(queue.name)))
  if (alarms.length === 0) {
    if (!isSeen) return { label, truth: 'unknown', note: 'None when alarms were last seen.' }
    return { label, truth: 'bad', note: 'None names this queue.' }
  }
  const heard = alarms.filter((alarm) => alarm.actionsEnabled && alarm.actionCount > 0)
  if (heard.length === 0)
    return { label, truth: 'bad', note: `${listed(alarms.map(({ name }) => name))}: no action, so nobody is told.` }
  const names = listed(heard.map(({ name }) => name))
  if (!isSeen) return { label, truth: 'unknown', note: `${names}, when alarms were last seen.` }
  if (heard.every((alarm) => alarm.state === 'insufficient'))
    return { label, truth: 'unknown', note: `${names}: CloudWatch has too little data to judge.` }
  return { label, truth: 'ok', note: `${names}.` }
}

function parityWatch(entry: QueueEntry, statuses: readonly SourceStatus[]): Watch {
  const label = 'Sent against processed'
  const status = statusOf(statuses, 'cloudwatch-metrics')
  if (status.state !== 'ok') return { label, truth: 'unknown', note: status.message ?? 'CloudWatch is not seen.' }
  if (entry.lastFlowMs === null)
    return { label, truth: 'unknown', note: 'CloudWatch has told nothing of this queue yet.' }
  return { label, truth: 'ok', note: 'Spillway compares what is sent with what is processed.' }
}
