import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { RedriveAllow } from '#lib/domain/queue.ts'
import { moment } from './moment-column.ts'

/** Append-only readings, partitioned by month of `at` (the partitions are written by hand in the migrations). */
export const sample = pgTable(
  'sample',
  {
    series: text('series').notNull(),
    at: moment('at').notNull(),
    value: doublePrecision('value').notNull(),
    isBackfill: boolean('is_backfill').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.series, t.at] })],
)

/** The newest reading of each series: what pages and detectors ask for most. */
export const latestSample = pgTable('latest_sample', {
  series: text('series').primaryKey(),
  at: moment('at').notNull(),
  value: doublePrecision('value').notNull(),
})

export const gap = pgTable(
  'gap',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    source: text('source').notNull(),
    scope: text('scope').notNull(),
    reason: text('reason').notNull(),
    message: text('message').notNull(),
    from: moment('from_at').notNull(),
    to: moment('to_at'),
  },
  (t) => [
    uniqueIndex('gap_open')
      .on(t.source, t.scope)
      .where(sql`to_at is null`),
    index('gap_by_time').on(t.source, t.from),
  ],
)

/** One row a source: when it was last asked, last answered, and where it left off. */
export const sourceState = pgTable('source_state', {
  source: text('source').primaryKey(),
  /** Start of the last poll that was tried, for the beat across processes. */
  lastAttempt: moment('last_attempt_at'),
  lastOk: moment('last_ok_at'),
  failingSince: moment('failing_since'),
  reason: text('reason'),
  message: text('message'),
  cursor: jsonb('cursor'),
})

/** Who may poll, redrive or heal now. A write checks `token`, so that a process that lost its lease changes nothing. */
export const lease = pgTable('lease', {
  name: text('name').primaryKey(),
  holder: text('holder').notNull(),
  token: bigint('token', { mode: 'number' }).notNull(),
  expires: moment('expires_at').notNull(),
})

export const queue = pgTable('queue', {
  arn: text('arn').primaryKey(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  isFifo: boolean('is_fifo').notNull(),
  dlqArn: text('dlq_arn'),
  maxReceiveCount: integer('max_receive_count'),
  redriveAllow: jsonb('redrive_allow').$type<RedriveAllow>(),
  retentionSeconds: integer('retention_seconds'),
  visibilityTimeoutSeconds: integer('visibility_timeout_seconds'),
  delaySeconds: integer('delay_seconds'),
  maximumMessageBytes: integer('maximum_message_bytes'),
  kmsKeyId: text('kms_key_id'),
  isSqsEncrypted: boolean('is_sqs_encrypted'),
  created: moment('created_at'),
  tags: jsonb('tags').$type<Readonly<Record<string, string>>>(),
  tagsAsked: moment('tags_asked_at'),
  /** How often the depth is read, since when, and since when nothing was in it; null until it was asked. */
  beatSeconds: integer('beat_seconds'),
  asked: moment('asked_at'),
  quietSince: moment('quiet_since'),
  firstSeen: moment('first_seen_at').notNull(),
  lastSeen: moment('last_seen_at').notNull(),
  /** Set when a complete inventory no longer had the queue. */
  gone: moment('gone_at'),
})

export const alarm = pgTable('alarm', {
  name: text('name').primaryKey(),
  state: text('state').notNull(),
  reason: text('reason').notNull(),
  stateSince: moment('state_since').notNull(),
  metric: text('metric'),
  queue: text('queue'),
  actionsEnabled: boolean('actions_enabled').notNull(),
  actionCount: integer('action_count').notNull(),
  missingData: text('missing_data').notNull(),
  readAt: moment('read_at').notNull(),
})

/** What is true of each notification: one row an id, not partitioned. */
export const outcome = pgTable(
  'outcome',
  {
    id: text('id').primaryKey(),
    status: text('status').notNull(),
    reason: text('reason').notNull(),
    reasonDetail: text('reason_detail'),
    rawStatus: text('raw_status').notNull(),
    rawDetail: text('raw_detail'),
    orderAt: moment('order_at').notNull(),
    orderSequence: text('order_sequence'),
    orderSentTimestamp: moment('order_sent_timestamp'),
    orderEventKey: text('order_event_key').notNull(),
    /** Order of the newest event that told facts; facts are kept from it even when a later event tells none. All null until one does. */
    factsAt: moment('facts_at'),
    factsSequence: text('facts_sequence'),
    factsSentTimestamp: moment('facts_sent_timestamp'),
    factsStatus: text('facts_status'),
    factsEventKey: text('facts_event_key'),
    notificationType: text('notification_type'),
    isOnboarding: boolean('is_onboarding'),
    isEmail: boolean('is_email'),
    personRef: text('person_ref'),
    isTest: boolean('is_test'),
    isLocalOffice: boolean('is_local_office'),
    contactDomain: text('contact_domain'),
    localOffice: text('local_office'),
    programmeNumber: text('programme_number'),
    sentAt: moment('sent_at'),
    lastRetry: moment('last_retry_at'),
    /** Earliest event known, by the events' own time. */
    firstEvent: moment('first_event_at').notNull(),
    /** Earliest failure known, by the events' own time; null when it never failed. */
    firstFailed: moment('first_failed_at'),
    /** Latest event that said it went out; null while none did. */
    lastGood: moment('last_good_at'),
    /** Moments of failures since then, epoch ms, rising, with a space between; null without any. */
    failuresSinceGood: text('failures_since_good'),
    /** When the failure that holds now began; null while it is not failed. */
    failedSince: moment('failed_since_at'),
    updated: moment('updated_at').notNull(),
  },
  (t) => [
    index('outcome_open').on(t.status, t.orderAt),
    index('outcome_person').on(t.personRef),
    index('outcome_time').on(t.orderAt),
    index('outcome_recovered')
      .on(t.orderAt)
      .where(sql`first_failed_at is not null and status in ('accepted', 'delivered')`),
  ],
)

/** What happened: append-only, partitioned by month of `at` (the event's own order time, so that the key can remove redeliveries). */
export const outcomeEvent = pgTable(
  'outcome_event',
  {
    eventKey: text('event_key').notNull(),
    at: moment('at').notNull(),
    notificationId: text('notification_id').notNull(),
    status: text('status').notNull(),
    reason: text('reason').notNull(),
    rawStatus: text('raw_status').notNull(),
    rawDetail: text('raw_detail'),
    observed: moment('observed_at').notNull(),
    isBackfill: boolean('is_backfill').notNull().default(false),
  },
  (t) => [primaryKey({ columns: [t.eventKey, t.at] }), index('outcome_event_by_id').on(t.notificationId)],
)

/** Notifications counted by hour of their last change, state and segment; moved by the state change's own transaction. */
export const outcomeRollup = pgTable(
  'outcome_rollup',
  {
    /** Start of the hour (UTC) of the event that made the state. */
    hour: moment('hour').notNull(),
    status: text('status').notNull(),
    reason: text('reason').notNull(),
    /** Empty text stands for "not told", since a key holds no nulls. */
    notificationType: text('notification_type').notNull(),
    localOffice: text('local_office').notNull(),
    contactDomain: text('contact_domain').notNull(),
    isOnboarding: boolean('is_onboarding').notNull(),
    count: integer('count').notNull(),
  },
  (t) => [
    primaryKey({
      columns: [t.hour, t.status, t.reason, t.notificationType, t.localOffice, t.contactDomain, t.isOnboarding],
    }),
    // The key is wide: for a few months out of years the planner would rather read the whole table than that part of it.
    index('outcome_rollup_time').on(t.hour),
  ],
)

export const profile = pgTable(
  'profile',
  {
    ref: text('ref').primaryKey(),
    created: moment('created_at').notNull(),
    firstSeen: moment('first_seen_at').notNull(),
  },
  (t) => [index('profile_created').on(t.created)],
)

/** What the source last said of a person's e-mail address: that there is one, or none. */
export const sourceAddress = pgTable('source_address', {
  ref: text('ref').primaryKey(),
  hasAddress: boolean('has_address').notNull(),
  told: moment('told_at').notNull(),
})

export const finding = pgTable(
  'finding',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    detector: text('detector').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    severity: text('severity').notNull(),
    title: text('title').notNull(),
    evidence: jsonb('evidence').notNull(),
    since: moment('since_at').notNull(),
    opened: moment('opened_at').notNull(),
    updated: moment('updated_at').notNull(),
    closed: moment('closed_at'),
  },
  (t) => [
    uniqueIndex('finding_open')
      .on(t.detector, t.subjectKind, t.subjectId)
      .where(sql`closed_at is null`),
    index('finding_by_time').on(t.opened),
  ],
)

export const detectorState = pgTable(
  'detector_state',
  {
    detector: text('detector').notNull(),
    subjectKind: text('subject_kind').notNull(),
    subjectId: text('subject_id').notNull(),
    state: jsonb('state').notNull(),
  },
  (t) => [primaryKey({ columns: [t.detector, t.subjectKind, t.subjectId] })],
)

/** Messages that were not understood: body encrypted, dropped after the retention. */
export const quarantine = pgTable(
  'quarantine',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    source: text('source').notNull(),
    messageId: text('message_id').notNull(),
    received: moment('received_at').notNull(),
    reason: text('reason').notNull(),
    /** AES-256-GCM, base64 of nonce, ciphertext and tag. */
    bodyEncrypted: text('body_encrypted').notNull(),
    /** What the queue said of it, which orders it among the others once it is understood; null where no queue carried it. */
    sequence: text('sequence'),
    sentTimestamp: moment('sent_timestamp'),
    /** How often it was tried again since, and when last. */
    tries: integer('tries').notNull().default(0),
    tried: moment('tried_at'),
  },
  (t) => [uniqueIndex('quarantine_message').on(t.source, t.messageId)],
)

export const mark = pgTable(
  'mark',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    at: moment('at').notNull(),
    kind: text('kind').notNull(),
    service: text('service'),
    title: text('title').notNull(),
    version: text('version'),
  },
  (t) => [uniqueIndex('mark_once').on(t.at, t.kind, t.title, sql`coalesce(${t.service}, '')`)],
)

export const session = pgTable('session', {
  id: text('id').primaryKey(),
  sub: text('sub').notNull(),
  name: text('name').notNull(),
  role: text('role').notNull(),
  created: moment('created_at').notNull(),
  expires: moment('expires_at').notNull(),
  revoked: moment('revoked_at'),
})

/** Single-purpose keys for screens and senders; only a hash is kept. */
export const token = pgTable('token', {
  id: text('id').primaryKey(),
  purpose: text('purpose').notNull(),
  name: text('name').notNull(),
  hash: text('hash').notNull().unique(),
  created: moment('created_at').notNull(),
  lastUsed: moment('last_used_at'),
  revoked: moment('revoked_at'),
})

export const audit = pgTable('audit', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: moment('at').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  result: text('result').notNull(),
  detail: jsonb('detail').notNull(),
})

/** Upstream calls by day (UTC), for the cost that the settings page shows. */
export const apiCall = pgTable(
  'api_call',
  {
    day: date('day', { mode: 'string' }).notNull(),
    service: text('service').notNull(),
    operation: text('operation').notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.day, t.service, t.operation] })],
)
