import { durationWords } from '#lib/domain/duration-words.ts'
import { figure, listed } from '#lib/domain/count-words.ts'
import type { Clock } from '#lib/domain/headline.ts'
import { atWords } from '#lib/domain/when-words.ts'
import type { QueueBook, QueueEntry } from '#lib/views/queue-book.ts'
import type { SourceStatus } from '#lib/views/shared.ts'
import { statusOf } from '#lib/views/source-statuses.ts'
import type { AlarmRow, QueuePage } from './contract.ts'

type Fact = QueuePage['facts'][number]
type Watch = QueuePage['watch'][number]

/** What the inventory tells of a queue, in reading order. */
export function queueFacts(entry: QueueEntry, clock: Clock): Fact[] {
  const { queue, dlqName } = entry
  const isDlq = entry.deadLetterOf.length > 0
  return [
    fact('Kind', queue.isFifo ? 'FIFO' : 'standard'),
    ...(isDlq ? [fact('Dead letters of', listed(entry.deadLetterOf))] : []),
    ...(isDlq && dlqName === null ? [] : [fact('Dead-letter queue', dlqName ?? 'none')]),
    ...(dlqName === null ? [] : [fact('Receives before a message is a dead letter', count(queue.maxReceiveCount))]),
    fact('Retention', duration(queue.retentionSeconds), isDlq && !queue.isFifo ? EXPIRY_NOTE : null),
    fact('Visibility timeout', duration(queue.visibilityTimeoutSeconds)),
    fact('Delivery delay', duration(queue.delaySeconds)),
    fact('Encryption key', queue.kmsKeyId ?? 'none of its own'),
    fact('Created', queue.createdAtMs === null ? null : atWords(queue.createdAtMs, clock.nowMs, clock.timeZone)),
    fact('ARN', queue.arn),
    fact('URL', queue.url),
  ]
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

function alarmWatch({ alarms }: QueueEntry, status: SourceStatus): Watch {
  const label = 'CloudWatch alarm'
  if (status.state === 'not-configured' || status.state === 'waiting')
    return { label, truth: 'unknown', note: status.message ?? 'Alarms are not read.' }
  if (alarms.length === 0) {
    if (status.state !== 'ok') return { label, truth: 'unknown', note: 'None when alarms were last seen.' }
    return { label, truth: 'bad', note: 'None names this queue.' }
  }
  const heard = alarms.filter((alarm) => alarm.actionsEnabled && alarm.actionCount > 0)
  if (heard.length === 0)
    return { label, truth: 'bad', note: `${listed(alarms.map(({ name }) => name))}: no action, so nobody is told.` }
  const names = listed(heard.map(({ name }) => name))
  if (status.state !== 'ok') return { label, truth: 'unknown', note: `${names}, when alarms were last seen.` }
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
