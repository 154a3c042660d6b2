import 'server-only'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { SlackMessagePayload } from '#lib/domain/slack-message.ts'
import type { Tx } from './db.ts'
import { incident, outbox } from './incident-schema.ts'
import { momentOf, msOf } from './moments.ts'
import type { OutboxKind, OutboxMessage } from './outbox.ts'

export type OutboxChannel = OutboxMessage['channel']

/**
 * `pending` was not told yet; `attempted` was handed to the channel and nobody knows whether it arrived; `failed` was refused and waits for
 * a person. All three wait. `sent` was told; `skipped` never will be, and `error` says why.
 */
export const WAITING_STATES = ['pending', 'attempted', 'failed'] as const
export type WaitingState = (typeof WAITING_STATES)[number]

/** A message that waits, without its content. */
export interface WaitingMessage {
  readonly id: number
  readonly incident: number
  readonly isOver: boolean
  readonly kind: OutboxKind
  readonly state: WaitingState
  readonly attempts: number
  readonly createdMs: number
  /** Nothing is done about it before. */
  readonly nextAttemptMs: number
  /** What the channel calls the incident's root message; null while that was not told. */
  readonly rootId: string | null
  /** The root message is no more in the channel. */
  readonly isRootGone: boolean
  /** The root message that was given up, because the incident was over before anybody could be told; null else. */
  readonly givenUpRoot: number | null
}

/** Why nothing more of an incident is told: on its root's row. */
const ROOT_GONE = 'Its message was deleted in the channel; nothing more of it is told there.'

/** What waits for a channel, in the order in which it was said. */
export async function listWaiting(tx: Tx, channel: OutboxChannel): Promise<WaitingMessage[]> {
  const root = alias(outbox, 'root')
  const rows = await tx
    .select({
      id: outbox.id,
      incident: outbox.incident,
      kind: outbox.kind,
      state: outbox.state,
      attempts: outbox.attempts,
      created: outbox.created,
      nextAttempt: outbox.nextAttempt,
      incidentState: incident.state,
      rootRow: root.id,
      rootId: root.externalId,
      rootError: root.error,
      rootState: root.state,
    })
    .from(outbox)
    .leftJoin(incident, eq(incident.number, outbox.incident))
    .leftJoin(root, and(eq(root.incident, outbox.incident), eq(root.channel, outbox.channel), eq(root.kind, 'root')))
    .where(and(eq(outbox.channel, channel), inArray(outbox.state, [...WAITING_STATES])))
    .orderBy(asc(outbox.id))
  return rows.map((row) => ({
    id: row.id,
    incident: row.incident,
    isOver: row.incidentState === 'resolved',
    kind: kindOf(row.kind),
    state: WAITING_STATES.find((state) => state === row.state) ?? 'pending',
    attempts: row.attempts,
    createdMs: msOf(row.created),
    nextAttemptMs: msOf(row.nextAttempt),
    rootId: row.rootState === 'sent' ? row.rootId : null,
    isRootGone: row.rootState === 'sent' && row.rootError !== null,
    givenUpRoot: row.rootState === 'skipped' ? row.rootRow : null,
  }))
}

/** A message with its content. */
export interface OutboxContent {
  readonly id: number
  readonly incident: number
  readonly kind: OutboxKind
  readonly dedupeKey: string
  readonly payload: SlackMessagePayload
  readonly attempts: number
  readonly createdMs: number
}

/** The content of a waiting message; null when it waits no more. */
export async function findWaiting(tx: Tx, id: number): Promise<OutboxContent | null> {
  const [row] = await tx.select().from(outbox).where(isWaiting(id))
  return row === undefined ? null : contentOf(row)
}

/**
 * Notes that a message is handed to the channel now, to be committed before it is. Until `askAtMs` nobody touches it: the call of a process
 * that was killed may still be under way. A message that was given up counts as waiting again. Null when it was told.
 */
export async function markAttempted(
  tx: Tx,
  id: number,
  { atMs, askAtMs }: { readonly atMs: number; readonly askAtMs: number },
): Promise<OutboxContent | null> {
  const [row] = await tx
    .update(outbox)
    .set({
      state: 'attempted',
      attempts: sql`${outbox.attempts} + 1`,
      attempted: momentOf(atMs),
      nextAttempt: momentOf(askAtMs),
    })
    .where(and(eq(outbox.id, id), inArray(outbox.state, [...WAITING_STATES, 'skipped'])))
    .returning()
  return row === undefined ? null : contentOf(row)
}

/** Notes that a message was told. `externalId` is what the channel calls it. */
export async function markSent(
  tx: Tx,
  id: number,
  { externalId, atMs }: { readonly externalId: string; readonly atMs: number },
): Promise<void> {
  await tx
    .update(outbox)
    .set({ state: 'sent', externalId, sent: momentOf(atMs), error: null })
    .where(isWaiting(id))
}

/** Keeps a message for later, with the reason in words for a person. */
export async function putOff(
  tx: Tx,
  id: number,
  {
    state,
    nextAttemptMs,
    error,
  }: { readonly state: WaitingState; readonly nextAttemptMs: number; readonly error: string },
): Promise<void> {
  await tx
    .update(outbox)
    .set({ state, nextAttempt: momentOf(nextAttemptMs), error })
    .where(isWaiting(id))
}

/** Decides that messages are not told, for good. `reason` is one sentence for a person. */
export async function skipMessages(tx: Tx, ids: readonly number[], reason: string): Promise<void> {
  if (ids.length === 0) return
  await tx
    .update(outbox)
    .set({ state: 'skipped', error: reason })
    .where(and(inArray(outbox.id, [...ids]), inArray(outbox.state, [...WAITING_STATES])))
}

/** Gives a root message the content of a later card, so that the incident is told as it stands. */
export async function replaceContent(tx: Tx, rootId: number, updateId: number): Promise<void> {
  const later = alias(outbox, 'later')
  await tx
    .update(outbox)
    .set({ payload: sql`${later.payload}` })
    .from(later)
    .where(and(eq(outbox.id, rootId), eq(later.id, updateId)))
}

/** Notes that an incident's message is no more in the channel. */
export async function markRootGone(tx: Tx, channel: OutboxChannel, number: number): Promise<void> {
  await tx
    .update(outbox)
    .set({ error: ROOT_GONE })
    .where(and(eq(outbox.incident, number), eq(outbox.channel, channel), eq(outbox.kind, 'root')))
}

/** Makes what was refused due now: a person may have mended why. */
export async function retryRefused(tx: Tx, channel: OutboxChannel, atMs: number): Promise<void> {
  await tx
    .update(outbox)
    .set({ nextAttempt: momentOf(atMs) })
    .where(and(eq(outbox.channel, channel), eq(outbox.state, 'failed')))
}

/** How many messages wait for a channel, since when, and what the last one that was put off met. */
export interface Backlog {
  readonly count: number
  readonly oldestMs: number | null
  readonly error: string | null
}

export async function readBacklog(tx: Tx, channel: OutboxChannel): Promise<Backlog> {
  const rows = await tx
    .select({ created: outbox.created, error: outbox.error })
    .from(outbox)
    .where(and(eq(outbox.channel, channel), inArray(outbox.state, [...WAITING_STATES])))
    .orderBy(asc(outbox.id))
  const [oldest] = rows
  return {
    count: rows.length,
    oldestMs: oldest === undefined ? null : msOf(oldest.created),
    error: rows.find(({ error }) => error !== null)?.error ?? null,
  }
}

function isWaiting(id: number) {
  return and(eq(outbox.id, id), inArray(outbox.state, [...WAITING_STATES]))
}

function contentOf(row: typeof outbox.$inferSelect): OutboxContent {
  return {
    id: row.id,
    incident: row.incident,
    kind: kindOf(row.kind),
    dedupeKey: row.dedupeKey,
    payload: payloadOf(row.payload),
    attempts: row.attempts,
    createdMs: msOf(row.created),
  }
}

function kindOf(kind: string): OutboxKind {
  return (['root', 'update', 'thread'] as const).find((each) => each === kind) ?? 'thread'
}

// Written by enqueue alone, from SlackMessagePayload; fields may only be added to the type as optional ones.
function payloadOf(value: unknown): SlackMessagePayload {
  return value as SlackMessagePayload
}
