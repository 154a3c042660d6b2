import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { moment } from './moment-column.ts'

/** One row a re-sync, from its plan on: asking for the data of people again, those of an incident or those of a filter. */
export const resync = pgTable(
  'resync',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    /** Null for people who were chosen by a filter. */
    incident: integer('incident'),
    /** The filter in words; null for those of an incident. */
    title: text('title'),
    /** `sqs` or `http`. */
    via: text('via').notNull().default('sqs'),
    /** Name of the queue, or the host that is called. */
    queue: text('queue').notNull(),
    /** Of the queue; by HTTP the address with the place of the reference. */
    queueUrl: text('queue_url').notNull(),
    isFifo: boolean('is_fifo').notNull(),
    bodyTemplate: text('body_template').notNull(),
    groupTemplate: text('group_template'),
    perSecond: doublePrecision('per_second').notNull(),
    state: text('state').notNull(),
    /** Why it is in this state, for a person; null where the state says it all. */
    reason: text('reason'),
    trouble: text('trouble'),
    /** Who planned it, and once it was started who did that. */
    startedBy: text('started_by').notNull(),
    started: moment('started_at').notNull(),
    ended: moment('ended_at'),
    updated: moment('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('resync_active')
      .on(sql`coalesce(${t.incident}, 0)`)
      .where(sql`state in ('running', 'paused')`),
  ],
)

/** The frozen list of people of a re-sync. */
export const resyncItem = pgTable(
  'resync_item',
  {
    resync: bigint('resync', { mode: 'number' }).notNull(),
    ref: text('ref').notNull(),
    state: text('state').notNull(),
    messageId: text('message_id'),
    sending: moment('sending_at'),
    sent: moment('sent_at'),
    isPossibleDuplicate: boolean('is_possible_duplicate').notNull().default(false),
    problem: text('problem'),
  },
  (t) => [primaryKey({ columns: [t.resync, t.ref] }), index('resync_item_ref').on(t.ref)],
)
