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
  /** What was sent before, at most, had outlived the retention of its time; null while that was not seen to change. */
  expiredBefore: moment('expired_before_at'),
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
