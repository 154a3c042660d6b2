import { sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { moment } from './moment-column.ts'

/** One row a redrive, from its plan on. The partial index lets one move messages out of a queue at a time. */
export const redrive = pgTable(
  'redrive',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    mode: text('mode').notNull(),
    sourceQueue: text('source_queue').notNull(),
    sourceUrl: text('source_url').notNull(),
    destinationQueue: text('destination_queue').notNull(),
    destinationUrl: text('destination_url').notNull(),
    /** Number of the incident that it heals; null without one. */
    incident: integer('incident'),
    /** `source` or `queue`. */
    destinationKind: text('destination_kind').notNull().default('source'),
    /** `ledger` or `move-task`. */
    way: text('way').notNull().default('ledger'),
    /** Which messages; an empty object for all. */
    selection: jsonb('selection').notNull().default({}),
    /** What is done to each message, in order; empty for nothing. */
    transform: jsonb('transform').notNull().default([]),
    /** Messages whose fate decides whether the others follow. */
    canaryMessages: integer('canary_messages').notNull().default(1),
    /** A person accepted that messages of a FIFO queue's groups come between newer ones. */
    acceptsInterleaving: boolean('accepts_interleaving').notNull().default(false),
    /** Why, in the words of the one who planned it. */
    purpose: text('purpose'),
    /** Most messages that are moved; null for all that were there. */
    mostMessages: integer('most_messages'),
    perSecond: doublePrecision('per_second').notNull(),
    /** Messages a second with which it begins after the first ones; null for `per_second` at once. */
    rampFrom: doublePrecision('ramp_from'),
    /** The present rate and since when; null while it has none of its own. */
    pace: jsonb('pace'),
    /** From when on it is judged whether it goes wrong; null from the start on. */
    guard: jsonb('guard'),
    /** What happened to it on its way, oldest first. */
    story: jsonb('story').notNull().default([]),
    holdSeconds: integer('hold_seconds').notNull(),
    /** Real messages before and after, every value masked. */
    sample: jsonb('sample'),
    /** Messages that the plan read, and how many of them were selected. */
    readMessages: integer('read_messages'),
    matchedMessages: integer('matched_messages'),
    aboutMessages: integer('about_messages'),
    /** What the messages read and the queues told before the start; null for plans from before it was asked. */
    preflight: jsonb('preflight'),
    /** SQS's own move task, as it was told last; null while there is none. */
    task: jsonb('task'),
    state: text('state').notNull(),
    /** Why it is in this state, for a person; null where the state says it all. */
    reason: text('reason'),
    /** What keeps it from going on at the moment, e.g. a missing permission; null while nothing does. */
    trouble: text('trouble'),
    plannedBy: text('planned_by').notNull(),
    /** The person behind that name, as the audit has it; null for plans from before it was kept. */
    plannedActor: text('planned_actor'),
    planned: moment('planned_at').notNull(),
    /** The second person, by name and as the audit has it. */
    approvedBy: text('approved_by'),
    approvedActor: text('approved_actor'),
    approved: moment('approved_at'),
    startedBy: text('started_by'),
    /** Also the limit: messages sent to the queue later are left alone. */
    started: moment('started_at'),
    moved: moment('moved_at'),
    /** When nothing was left in the destination, and the source held none of what was sent. */
    settled: moment('settled_at'),
    ended: moment('ended_at'),
    endedBy: text('ended_by'),
    /** Messages of the destination at the start: visible, in flight and delayed. */
    backlog: integer('backlog'),
    /** Since when SQS had counted no delete by anyone else; null where it had. */
    quietSince: moment('quiet_since_at'),
    /** What was proven when it ended, for good: readings are not kept for ever. */
    proof: jsonb('proof'),
    /** What of its list it did not move, and what it left for a hold; null where nothing was missed. */
    missed: jsonb('missed'),
    canaryFate: text('canary_fate'),
    /** The evidence of the first message's fate in one sentence. */
    canaryEvidence: text('canary_evidence'),
    updated: moment('updated_at').notNull(),
  },
  (t) => [
    uniqueIndex('redrive_active')
      .on(t.sourceQueue)
      .where(sql`state in ('canary', 'waiting', 'running', 'paused')`),
    index('redrive_by_state').on(t.state),
    index('redrive_by_queue').on(t.sourceQueue, t.planned),
  ],
)

/** The ledger: one row a message that a redrive picked up. Never a body. */
export const redriveMessage = pgTable(
  'redrive_message',
  {
    redrive: bigint('redrive', { mode: 'number' }).notNull(),
    messageId: text('message_id').notNull(),
    /** Of the redrive, for looking a message up over all redrives of a queue. */
    sourceQueue: text('source_queue').notNull(),
    state: text('state').notNull(),
    isCanary: boolean('is_canary').notNull(),
    bodyMd5: text('body_md5').notNull(),
    /** Of what is sent: without the attributes that are removed; null when none are left. */
    attributesMd5: text('attributes_md5'),
    personRef: text('person_ref'),
    sentToQueue: moment('sent_to_queue_at'),
    receiveCount: integer('receive_count').notNull(),
    newMessageId: text('new_message_id'),
    read: moment('read_at').notNull(),
    sending: moment('sending_at'),
    sent: moment('sent_at'),
    deleted: moment('deleted_at'),
    sendAttempts: integer('send_attempts').notNull().default(0),
    deleteAttempts: integer('delete_attempts').notNull().default(0),
    /** Set for good when it was sent again although SQS may have taken it before. */
    isPossibleDuplicate: boolean('is_possible_duplicate').notNull().default(false),
    cameBack: moment('came_back_at'),
    /** How often this redrive itself received what it had sent: those receives say nothing of the consumer. */
    ownReceives: integer('own_receives').notNull().default(0),
    /** Why it was left in its queue, for a person. */
    problem: text('problem'),
    /** MessageGroupId of a message of a FIFO queue. */
    groupId: text('group_id'),
    /** The group by cause in which it was found; null where it was sent as it was, so that it is that of what came back. */
    fingerprint: text('fingerprint'),
    /** The group by cause in which it came back. */
    backFingerprint: text('back_fingerprint'),
  },
  (t) => [
    primaryKey({ columns: [t.redrive, t.messageId] }),
    // Without the redrive: a store that never counted its rows would look all of one redrive's up by it.
    index('redrive_message_new')
      .on(t.newMessageId)
      .where(sql`new_message_id is not null`),
    index('redrive_message_queue').on(t.sourceQueue, t.messageId),
    index('redrive_message_person')
      .on(t.personRef)
      .where(sql`person_ref is not null`),
    /** Whether a message came back before is asked by its body. */
    index('redrive_message_came_back')
      .on(t.sourceQueue, t.bodyMd5)
      .where(sql`came_back_at is not null`),
    index('redrive_message_group')
      .on(t.redrive, t.groupId)
      .where(sql`group_id is not null`),
  ],
)

/** What Spillway itself did to a queue, by minute, counted before each call: SQS's own counts cannot tell it from others'. */
export const ownTraffic = pgTable(
  'own_traffic',
  {
    queue: text('queue').notNull(),
    minute: moment('minute').notNull(),
    sent: integer('sent').notNull().default(0),
    /** Of `sent`: messages that it had changed, so that a consumer which cannot process the others may process them. */
    sentChanged: integer('sent_changed').notNull().default(0),
    received: integer('received').notNull().default(0),
    deleted: integer('deleted').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.queue, t.minute] })],
)

/** One look into a queue: how much of it was read. */
export const look = pgTable(
  'look',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    queue: text('queue').notNull(),
    at: moment('at').notNull(),
    /** `look` by a person, `tap` of copies, `sample` of a good message that a person kept. */
    kind: text('kind').notNull(),
    by: text('by').notNull(),
    /** The queue had no open finding at that moment. */
    isHealthy: boolean('is_healthy').notNull(),
    read: integer('read').notNull(),
    about: integer('about'),
    inFlight: integer('in_flight'),
    firstSent: moment('first_sent_at'),
    lastSent: moment('last_sent_at'),
  },
  (t) => [index('look_by_queue').on(t.queue, t.at)],
)

/** One row a queue: what a look has hidden and until when. `released` stays null where the look's process died or could not give it back. */
export const lookHold = pgTable('look_hold', {
  queue: text('queue').primaryKey(),
  by: text('by').notNull(),
  /** Of the look: another one of the same queue changes nothing of it. */
  token: text('token').notNull(),
  from: moment('from_at').notNull(),
  until: moment('until_at').notNull(),
  released: moment('released_at'),
})

/** The shapes of a look's messages with how many had each. Names and types; values only of class names and content types. */
export const messageShape = pgTable(
  'message_shape',
  {
    look: bigint('look', { mode: 'number' }).notNull(),
    fingerprint: text('fingerprint').notNull(),
    shape: jsonb('shape').notNull(),
    count: integer('count').notNull(),
    /** When the first and the last message of this shape were sent; null where SQS did not tell, and of taps. */
    firstSent: moment('first_sent_at'),
    lastSent: moment('last_sent_at'),
  },
  (t) => [primaryKey({ columns: [t.look, t.fingerprint] })],
)

/** What people added to a group of messages that look alike: by the queue that they were seen in and their fingerprint. */
export const messageGroup = pgTable(
  'message_group',
  {
    queue: text('queue').notNull(),
    fingerprint: text('fingerprint').notNull(),
    note: text('note'),
    owner: text('owner'),
    isHeld: boolean('is_held').notNull().default(false),
    ticketUrl: text('ticket_url'),
    updated: moment('updated_at').notNull(),
    updatedBy: text('updated_by').notNull(),
  },
  (t) => [primaryKey({ columns: [t.queue, t.fingerprint] })],
)

/** Every change of the same, for good. */
export const messageGroupChange = pgTable(
  'message_group_change',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    queue: text('queue').notNull(),
    fingerprint: text('fingerprint').notNull(),
    at: moment('at').notNull(),
    by: text('by').notNull(),
    /** `note`, `owner`, `hold` or `ticket`. */
    field: text('field').notNull(),
    /** What it is since; null where it was taken away. */
    value: text('value'),
  },
  (t) => [index('message_group_change_by_group').on(t.queue, t.fingerprint, t.at)],
)
