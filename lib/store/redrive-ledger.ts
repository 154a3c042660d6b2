import 'server-only'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { LedgerState } from '#lib/domain/redrive.ts'
import type { Tx } from './db.ts'
import { jsonRows, jsonTexts } from './json-rows.ts'
import { momentOf, momentText, msOf } from './moments.ts'
import { ledgerRowOf, type LedgerRow } from './redrive-row.ts'
import { redriveMessage } from './redrive-schema.ts'

/** A message as it was received, before anything is done with it. */
export interface ReadMessage {
  readonly messageId: string
  readonly bodyMd5: string
  readonly attributesMd5: string | null
  readonly personRef: string | null
  /** SentTimestamp, epoch ms; null when SQS did not tell. */
  readonly sentToQueueMs: number | null
  readonly receiveCount: number
}

interface Run {
  readonly id: number
  readonly sourceQueue: string
}

/** What the ledger knows of the messages that were just received. */
export interface KnownMessages {
  /** Rows of this redrive, by the id under which it picked the message up. */
  readonly own: ReadonlyMap<string, LedgerRow>
  /** Rows of this redrive, by the id under which it sent the message. */
  readonly resent: ReadonlyMap<string, LedgerRow>
  /** The furthest row of any earlier redrive of the same queue, by the id under which it was picked up. */
  readonly earlier: ReadonlyMap<string, LedgerRow>
}

export async function knownMessages(tx: Tx, run: Run, messageIds: readonly string[]): Promise<KnownMessages> {
  const ids = jsonTexts(messageIds)
  const rows = await tx
    .select()
    .from(redriveMessage)
    .where(
      sql`(${redriveMessage.sourceQueue} = ${run.sourceQueue} and ${redriveMessage.messageId} = any(${ids}))
        or (${redriveMessage.redrive} = ${run.id} and ${redriveMessage.newMessageId} = any(${ids}))`,
    )
  const known = { own: new Map<string, LedgerRow>(), resent: new Map<string, LedgerRow>(), earlier: new Map() }
  const asked = new Set(messageIds)
  for (const row of rows.map(ledgerRowOf)) {
    if (row.redrive === run.id) {
      if (asked.has(row.messageId)) known.own.set(row.messageId, row)
      if (row.newMessageId !== null && asked.has(row.newMessageId)) known.resent.set(row.newMessageId, row)
    } else if (isFurther(row, known.earlier.get(row.messageId))) known.earlier.set(row.messageId, row)
  }
  return known
}

const FURTHER: Readonly<Record<LedgerState, number>> = { refused: 0, read: 0, sending: 1, sent: 2, deleted: 2 }

function isFurther(row: LedgerRow, than: LedgerRow | undefined): boolean {
  return than === undefined || FURTHER[row.state] > FURTHER[than.state]
}

/** Notes messages as read. One that is known already keeps its state; its receive count is brought up to date. */
export async function insertRead(
  tx: Tx,
  run: Run,
  messages: readonly (ReadMessage & { readonly isCanary: boolean; readonly sendAttempts: number })[],
  atMs: number,
): Promise<void> {
  if (messages.length === 0) return
  await tx
    .insert(redriveMessage)
    .values(
      messages.map(({ sentToQueueMs, ...message }) => ({
        ...message,
        redrive: run.id,
        sourceQueue: run.sourceQueue,
        sentToQueue: momentOf(sentToQueueMs),
        state: 'read',
        read: momentOf(atMs),
      })),
    )
    .onConflictDoUpdate({
      target: [redriveMessage.redrive, redriveMessage.messageId],
      set: { receiveCount: sql`excluded.receive_count` },
    })
}

/**
 * Notes that messages are about to be sent; to be committed before the call. One whose earlier send has an unknown end is marked as a
 * possible duplicate for good.
 */
export async function markSending(tx: Tx, id: number, messageIds: readonly string[], atMs: number): Promise<void> {
  await tx
    .update(redriveMessage)
    .set({
      state: 'sending',
      sending: momentOf(atMs),
      sendAttempts: sql`${redriveMessage.sendAttempts} + 1`,
      isPossibleDuplicate: sql`${redriveMessage.isPossibleDuplicate} or ${redriveMessage.sendAttempts} > 0`,
    })
    .where(ofRun(id, messageIds))
}

/** SQS refused for certain: nothing of this attempt is in the destination. What an earlier attempt did stays unknown. */
export async function markNotSent(tx: Tx, id: number, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  await tx
    .update(redriveMessage)
    .set({
      state: sql`case when ${redriveMessage.sendAttempts} > 1 then 'sending' else 'read' end`,
      sendAttempts: sql`${redriveMessage.sendAttempts} - 1`,
    })
    .where(ofRun(id, messageIds))
}

export interface SentMessage {
  readonly messageId: string
  readonly newMessageId: string
}

/** Notes what SQS took, and that the deletes follow; to be committed before them. */
export async function markSent(tx: Tx, id: number, messages: readonly SentMessage[], atMs: number): Promise<void> {
  if (messages.length === 0) return
  await tx.execute(sql`
    update redrive_message set state = 'sent', sent_at = ${momentText(atMs)}::timestamptz,
      new_message_id = s.new_id, delete_attempts = delete_attempts + 1
    from ${jsonRows(
      's',
      [
        ['id', 'text'],
        ['new_id', 'text'],
      ],
      messages.map(({ messageId, newMessageId }) => ({ id: messageId, new_id: newMessageId })),
    )}
    where redrive = ${id}::bigint and message_id = s.id`)
}

/** Notes that messages which were sent are about to be deleted once more. */
export async function markDeleting(tx: Tx, id: number, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  await tx
    .update(redriveMessage)
    .set({ deleteAttempts: sql`${redriveMessage.deleteAttempts} + 1` })
    .where(ofRun(id, messageIds))
}

export async function markDeleted(tx: Tx, id: number, messageIds: readonly string[], atMs: number): Promise<void> {
  if (messageIds.length === 0) return
  await tx
    .update(redriveMessage)
    .set({ state: 'deleted', deleted: momentOf(atMs) })
    .where(and(ofRun(id, messageIds), inArray(redriveMessage.state, ['sent', 'deleted'])))
}

/** Notes that a message is left where it is, with the reason for a person. */
export async function markRefused(tx: Tx, id: number, messageId: string, problem: string): Promise<void> {
  await tx
    .update(redriveMessage)
    .set({ state: 'refused', problem, isCanary: false })
    .where(ofRun(id, [messageId]))
}

/** Notes that re-sent messages were met again: by a receive of our own, and whether the consumer had them before. */
export async function markMetAgain(
  tx: Tx,
  id: number,
  met: readonly { readonly messageId: string; readonly hasComeBack: boolean; readonly receives: number }[],
  atMs: number,
): Promise<void> {
  if (met.length === 0) return
  const back = met.filter(({ hasComeBack }) => hasComeBack).map(({ messageId }) => messageId)
  for (const [receives, some] of Map.groupBy(met, (each) => each.receives))
    await tx
      .update(redriveMessage)
      .set({ ownReceives: sql`${redriveMessage.ownReceives} + ${receives}::integer` })
      .where(
        ofRun(
          id,
          some.map(({ messageId }) => messageId),
        ),
      )
  if (back.length > 0)
    await tx
      .update(redriveMessage)
      .set({ cameBack: momentOf(atMs) })
      .where(and(ofRun(id, back), isNull(redriveMessage.cameBack)))
}

/** The first message; null while none is chosen. */
export async function findCanary(tx: Tx, id: number): Promise<LedgerRow | null> {
  const [row] = await tx
    .select()
    .from(redriveMessage)
    .where(and(eq(redriveMessage.redrive, id), redriveMessage.isCanary))
  return row === undefined ? null : ledgerRowOf(row)
}

/** Counts of the ledger, in messages. */
export interface LedgerCounts {
  readonly read: number
  readonly sending: number
  readonly sent: number
  readonly deleted: number
  readonly refused: number
  readonly possibleDuplicates: number
  readonly cameBack: number
  /** When the latest row was sent, epoch ms; null while none was. */
  readonly lastSentMs: number | null
}

export async function countLedger(tx: Tx, id: number): Promise<LedgerCounts> {
  const [row] = await tx
    .select({
      read: countOf('read'),
      sending: countOf('sending'),
      sent: countOf('sent'),
      deleted: countOf('deleted'),
      refused: countOf('refused'),
      possibleDuplicates: sql`count(*) filter (where ${redriveMessage.isPossibleDuplicate})`.mapWith(Number),
      cameBack: sql`count(*) filter (where ${redriveMessage.cameBack} is not null)`.mapWith(Number),
      lastSent: sql`max(${redriveMessage.sent})`.mapWith(redriveMessage.sent),
    })
    .from(redriveMessage)
    .where(eq(redriveMessage.redrive, id))
  if (row === undefined) return NONE
  const { lastSent, ...counts } = row
  return { ...counts, lastSentMs: msOf(lastSent) }
}

function countOf(state: LedgerState) {
  return sql`count(*) filter (where ${redriveMessage.state} = ${state})`.mapWith(Number)
}

const NONE: LedgerCounts = {
  read: 0,
  sending: 0,
  sent: 0,
  deleted: 0,
  refused: 0,
  possibleDuplicates: 0,
  cameBack: 0,
  lastSentMs: null,
}

/** Rows of a redrive, latest first: of one state, or all. */
export async function listLedger(
  tx: Tx,
  id: number,
  query: { readonly states?: readonly LedgerState[]; readonly limit?: number } = {},
): Promise<LedgerRow[]> {
  const rows = await tx
    .select()
    .from(redriveMessage)
    .where(
      and(
        eq(redriveMessage.redrive, id),
        query.states === undefined ? undefined : inArray(redriveMessage.state, [...query.states]),
      ),
    )
    .orderBy(sql`${redriveMessage.read} desc`, redriveMessage.messageId)
    .limit(query.limit ?? 100)
  return rows.map(ledgerRowOf)
}

/** Rows that a person may want to look after: refused, met again, or possibly doubled; latest first. */
export async function listNotable(tx: Tx, id: number, limit: number): Promise<LedgerRow[]> {
  const rows = await tx
    .select()
    .from(redriveMessage)
    .where(
      and(
        eq(redriveMessage.redrive, id),
        sql`(${redriveMessage.state} = 'refused' or ${redriveMessage.cameBack} is not null or ${redriveMessage.isPossibleDuplicate})`,
      ),
    )
    .orderBy(sql`${redriveMessage.read} desc`, redriveMessage.messageId)
    .limit(limit)
  return rows.map(ledgerRowOf)
}

function ofRun(id: number, messageIds: readonly string[]) {
  return and(eq(redriveMessage.redrive, id), sql`${redriveMessage.messageId} = any(${jsonTexts(messageIds)})`)
}

/** Chooses another first message: this one was not met again for long. `problem` null leaves its state as it is. */
export async function dropCanary(tx: Tx, id: number, messageId: string, problem: string | null): Promise<void> {
  await tx
    .update(redriveMessage)
    .set({ isCanary: false, ...(problem === null ? {} : { state: 'refused', problem }) })
    .where(ofRun(id, [messageId]))
}
