import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  serial,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { moment } from './moment-column.ts'

/** One row an underlying fault. The partial index is what keeps two processes from opening two for one cause. */
export const incident = pgTable(
  'incident',
  {
    number: serial('number').primaryKey(),
    causeKey: text('cause_key').notNull(),
    service: text('service'),
    title: text('title').notNull(),
    state: text('state').notNull(),
    severity: text('severity').notNull(),
    isBlind: boolean('is_blind').notNull(),
    since: moment('since_at').notNull(),
    opened: moment('opened_at').notNull(),
    acknowledged: moment('acknowledged_at'),
    acknowledgedBy: text('acknowledged_by'),
    resolved: moment('resolved_at'),
    resolvedBy: text('resolved_by'),
    /** When the last of its findings was over, while all are. */
    healing: moment('healing_at'),
    /** What evidence has yet to show before it ends, in words. */
    waitingFor: text('waiting_for'),
    peopleAffected: integer('people_affected').notNull(),
    updated: moment('updated_at').notNull(),
    /** Rises with every change. */
    version: integer('version').notNull(),
  },
  (t) => [
    uniqueIndex('incident_open')
      .on(t.causeKey)
      .where(sql`state <> 'resolved'`),
    index('incident_by_time').on(t.opened),
  ],
)

/** Which findings an incident is made of. A finding belongs to one incident for good. */
export const incidentFinding = pgTable(
  'incident_finding',
  {
    finding: bigint('finding', { mode: 'number' }).primaryKey(),
    incident: integer('incident').notNull(),
    joined: moment('joined_at').notNull(),
  },
  (t) => [index('incident_finding_of').on(t.incident)],
)

/** The timeline. Append-only. */
export const incidentEntry = pgTable(
  'incident_entry',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    incident: integer('incident').notNull(),
    at: moment('at').notNull(),
    kind: text('kind').notNull(),
    actor: text('actor').notNull(),
    text: text('text').notNull(),
    data: jsonb('data').notNull(),
    /** Set where the same entry must not be written twice. */
    onceKey: text('once_key'),
  },
  (t) => [
    index('incident_entry_by_time').on(t.incident, t.at, t.id),
    uniqueIndex('incident_entry_once').on(t.incident, t.onceKey),
  ],
)

/** Figures as they were told at a moment, e.g. in a message. Never changed. */
export const incidentSnapshot = pgTable(
  'incident_snapshot',
  {
    incident: integer('incident').notNull(),
    at: moment('at').notNull(),
    figures: jsonb('figures').notNull(),
  },
  (t) => [primaryKey({ columns: [t.incident, t.at] })],
)

/** Who was without their e-mail because of an incident, and since when they have it. */
export const incidentPerson = pgTable(
  'incident_person',
  {
    incident: integer('incident').notNull(),
    ref: text('ref').notNull(),
    since: moment('since_at').notNull(),
    /** The moment of the outcome that ended it; null while they are without. */
    healed: moment('healed_at'),
    /** Why they remain though the fault is over: `no_email_address`. Null otherwise. */
    note: text('note'),
  },
  (t) => [primaryKey({ columns: [t.incident, t.ref] }), index('incident_person_ref').on(t.ref)],
)

/** Messages to be told. Written by the transaction that makes them true; delivered afterwards, at least once. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    incident: integer('incident').notNull(),
    channel: text('channel').notNull(),
    kind: text('kind').notNull(),
    dedupeKey: text('dedupe_key').notNull().unique(),
    payload: jsonb('payload').notNull(),
    state: text('state').notNull(),
    attempts: integer('attempts').notNull().default(0),
    created: moment('created_at').notNull(),
    nextAttempt: moment('next_attempt_at').notNull(),
    /** When it was last handed to the channel, committed before the call. */
    attempted: moment('attempted_at'),
    sent: moment('sent_at'),
    /** What the channel calls the message, e.g. Slack's `ts`. */
    externalId: text('external_id'),
    error: text('error'),
  },
  (t) => [
    index('outbox_due')
      .on(t.channel, t.nextAttempt)
      .where(sql`state in ('pending', 'attempted')`),
    index('outbox_of').on(t.incident, t.id),
  ],
)
