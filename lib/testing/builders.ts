import type { Alarm } from '#lib/domain/alarm.ts'
import type { Finding } from '#lib/domain/finding.ts'
import type { Mark, Profile } from '#lib/domain/mark.ts'
import type { OutcomeEvent, OutcomeFacts } from '#lib/domain/outcome.ts'
import type { Queue } from '#lib/domain/queue.ts'
import type { Sample } from '#lib/domain/sample.ts'

/** A fixed moment for tests: 7 November 2024, 10:30 UTC. */
export const INCIDENT_DAY_MS = Date.UTC(2024, 10, 7, 10, 30)

/** A standard queue without a dead-letter queue; name, URL and ARN agree unless given. */
export function aQueue(given: Partial<Queue> = {}): Queue {
  const name = given.name ?? 'profile-created'
  return {
    name,
    url: `http://127.0.0.1:9324/000000000000/${name}`,
    arn: `arn:aws:sqs:eu-west-2:000000000000:${name}`,
    isFifo: name.endsWith('.fifo'),
    dlqArn: null,
    maxReceiveCount: null,
    retentionSeconds: 345_600,
    visibilityTimeoutSeconds: 30,
    delaySeconds: 0,
    redriveAllow: null,
    maximumMessageBytes: 1_048_576,
    kmsKeyId: null,
    isSqsEncrypted: true,
    createdAtMs: INCIDENT_DAY_MS - 86_400_000,
    tags: null,
    tagsAskedMs: null,
    beat: null,
    ...given,
  }
}

export function aSample(given: Partial<Sample> = {}): Sample {
  return { series: 'sqs/profile-created/visible', atMs: INCIDENT_DAY_MS, value: 1, ...given }
}

export function anAlarm(given: Partial<Alarm> = {}): Alarm {
  return {
    name: 'profile-created-dlq-not-empty',
    state: 'ok',
    reason: 'Threshold crossed: no datapoints were greater than 0.',
    stateSinceMs: INCIDENT_DAY_MS,
    metric: 'ApproximateNumberOfMessagesVisible',
    queue: 'profile-created-dlq',
    actionsEnabled: true,
    actionCount: 1,
    missingData: 'notBreaching',
    ...given,
  }
}

/** Facts of an onboarding e-mail to a person. */
export function outcomeFacts(given: Partial<OutcomeFacts> = {}): OutcomeFacts {
  return {
    notificationType: 'PROGRAMME_CREATED',
    isOnboarding: true,
    isEmail: true,
    personRef: '900042',
    isTest: false,
    isLocalOffice: false,
    contactDomain: 'example.com',
    localOffice: 'Thames Valley',
    programmeNumber: 'DEM042',
    sentAtMs: INCIDENT_DAY_MS,
    lastRetryMs: null,
    ...given,
  }
}

/** A delivered onboarding e-mail. `atMs` moves the order and the moment of intake; `facts` are merged, or null for none. */
export function anOutcomeEvent(
  given: Partial<Omit<OutcomeEvent, 'order' | 'facts'>> & {
    readonly atMs?: number
    readonly order?: Partial<OutcomeEvent['order']>
    readonly facts?: Partial<OutcomeFacts> | null
  } = {},
): OutcomeEvent {
  const { atMs = INCIDENT_DAY_MS, order, facts, ...rest } = given
  const status = given.status ?? 'delivered'
  const notificationId = given.notificationId ?? '672b7b559f1c2a7b3d4e5f60'
  return {
    eventKey: `${notificationId} ${status} ${atMs}`,
    notificationId,
    status,
    reason: status === 'failed' ? 'no_email_address' : 'none',
    reasonDetail: null,
    rawStatus: RAW_STATUSES[status],
    rawDetail: status === 'failed' ? 'No email address available.' : null,
    observedAtMs: atMs,
    ...rest,
    order: { atMs, sequence: null, sentTimestampMs: null, ...order },
    facts: facts === null ? null : outcomeFacts(facts ?? {}),
  }
}

const RAW_STATUSES = {
  scheduled: 'SCHEDULED',
  accepted: 'PENDING',
  delivered: 'SENT',
  failed: 'FAILED',
  deleted: 'DELETED',
} as const

export function aFinding(given: Partial<Finding> = {}): Finding {
  return {
    detector: 'dlq-not-empty',
    subject: { kind: 'queue', id: 'profile-created-dlq' },
    severity: 'bad',
    title: 'profile-created-dlq: 3 dead letters',
    sinceMs: INCIDENT_DAY_MS,
    evidence: { visible: 3 },
    ...given,
  }
}

export function aMark(given: Partial<Mark> = {}): Mark {
  return {
    atMs: INCIDENT_DAY_MS,
    kind: 'deploy',
    service: 'sync',
    title: 'sync 1.18.2 deployed',
    version: '1.18.2',
    ...given,
  }
}

export function aProfile(given: Partial<Profile> = {}): Profile {
  return { ref: '900042', createdAtMs: INCIDENT_DAY_MS, ...given }
}
