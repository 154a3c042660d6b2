import { sql } from 'drizzle-orm'
import { bigint, bigserial, boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { moment } from './moment-column.ts'

/** One row an archive. The partial index lets one take messages out of a queue at a time. */
export const archive = pgTable(
  'archive',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    queue: text('queue').notNull(),
    queueUrl: text('queue_url').notNull(),
    /** Fingerprint of the group; null for all that no group holds. */
    groupFingerprint: text('group_fingerprint'),
    /** Where its records lie: `folder`, or `s3://bucket/begin-of-keys/`. */
    target: text('target').notNull().default('folder'),
    purpose: text('purpose').notNull(),
    /** Number of the incident that its queue belonged to; null for none. */
    incident: integer('incident'),
    state: text('state').notNull(),
    /** What keeps it from going on at the moment; null while nothing does. */
    trouble: text('trouble'),
    startedBy: text('started_by').notNull(),
    /** Also the limit: messages sent to the queue later stay. */
    started: moment('started_at').notNull(),
    ended: moment('ended_at'),
    restoreQueue: text('restore_queue'),
    restoreUrl: text('restore_url'),
    restoredBy: text('restored_by'),
    restoreStarted: moment('restore_started_at'),
    erasedBy: text('erased_by'),
    erased: moment('erased_at'),
    /** When the file is erased by itself. */
    expires: moment('expires_at').notNull(),
    updated: moment('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('archive_active')
      .on(t.queue)
      .where(sql`state = 'archiving'`),
    index('archive_by_queue').on(t.queue, t.started),
  ],
)

/** The ledger: one row a message that an archive took. The body lies, encrypted, in the file alone. */
export const archivedMessage = pgTable(
  'archived_message',
  {
    archive: bigint('archive', { mode: 'number' }).notNull(),
    messageId: text('message_id').notNull(),
    /** Of the archive, for looking a message up over all archives of a queue. */
    queue: text('queue').notNull(),
    state: text('state').notNull(),
    bodyMd5: text('body_md5').notNull(),
    attributesMd5: text('attributes_md5'),
    sentToQueue: moment('sent_to_queue_at'),
    /** Name of the file, and where in it the record lies; null while it is not surely there. */
    segment: text('segment'),
    position: bigint('position', { mode: 'number' }),
    bytes: integer('bytes'),
    read: moment('read_at').notNull(),
    archived: moment('archived_at'),
    deleted: moment('deleted_at'),
    restored: moment('restored_at'),
    newMessageId: text('new_message_id'),
    sendAttempts: integer('send_attempts').notNull().default(0),
    isPossibleDuplicate: boolean('is_possible_duplicate').notNull().default(false),
    problem: text('problem'),
  },
  (t) => [
    primaryKey({ columns: [t.archive, t.messageId] }),
    index('archived_message_queue').on(t.queue, t.messageId),
    index('archived_message_state').on(t.archive, t.state),
  ],
)
