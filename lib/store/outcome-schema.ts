import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from './moment-column.ts'

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
