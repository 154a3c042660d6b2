import 'server-only'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { LedgerState } from '#lib/domain/redrive.ts'
import type { Tx } from './db.ts'
import { arrayRows, textArray } from './array-rows.ts'
import { momentOf, momentText } from './moments.ts'
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
  if (messageIds.length === 0) return { own: new Map(), resent: new Map(), earlier: new Map() }
  const ids = textArray(messageIds)
  const rows = await tx
    .select()
    .from(redriveMessage)
    // Not by the redrive: PostgreSQL would read all of its entries through the primary key each time.
    .where(
      sql`(${redriveMessage.sourceQueue} = ${run.sourceQueue} and ${redriveMessage.messageId} = any(${ids}))
        or ${redriveMessage.newMessageId} = any(${ids})`,
    )
  const known = { own: new Map<string, LedgerRow>(), resent: new Map<string, LedgerRow>(), earlier: new Map() }
  const asked = new Set(messageIds)
  for (const stored of rows) {
    const row = ledgerRowOf(stored)
    const isPickedUp = stored.sourceQueue === run.sourceQueue && asked.has(row.messageId)
    if (row.redrive === run.id) {
      if (isPickedUp) known.own.set(row.messageId, row)
      if (row.newMessageId !== null && asked.has(row.newMessageId)) known.resent.set(row.newMessageId, row)
    } else if (isPickedUp && isFurther(row, known.earlier.get(row.messageId))) known.earlier.set(row.messageId, row)
  }
  return known
}

const FURTHER: Readonly<Record<LedgerState, number>> = { refused: 0, read: 0, sending: 1, sent: 2, deleted: 2 }

function isFurther(row: LedgerRow, than: LedgerRow | undefined): boolean {
  return than === undefined || FURTHER[row.state] > FURTHER[than.state]
}

/** A message that a redrive takes: `sending` when it is sent next, `read` when it has to wait for others. */
export interface TakenMessage extends ReadMessage {
  readonly state: 'read' | 'sending'
  readonly isCanary: boolean
  /** An earlier redrive sent it and never learned whether SQS took it. */
  readonly isPossibleDuplicate: boolean
  /** Of a FIFO queue; null elsewhere. */
  readonly groupId: string | null
  /** The group by cause in which it was found; null where it is sent as it is, so that it is that of what comes back. */
  readonly fingerprint: string | null
}

/**
 * Notes messages that were received and are to be moved; to be committed before they are sent. Until it was first sent, a row says when
 * it was read last. Otherwise a row that is there already keeps what it says: sent once more after an unknown end it is marked as a possible duplicate for good, unless `isRepeatSafe`.
 */
export async function writeTaken(
  tx: Tx,
  run: Run & { readonly isRepeatSafe: boolean },
  messages: readonly TakenMessage[],
  atMs: number,
): Promise<void> {
  if (messages.length === 0) return
  const rows = messages.map((message) => ({
    message_id: message.messageId,
    state: message.state,
    is_canary: message.isCanary,
    body_md5: message.bodyMd5,
    attributes_md5: message.attributesMd5,
    person_ref: message.personRef,
    sent_to_queue_at: momentText(message.sentToQueueMs),
    receive_count: message.receiveCount,
    sending_at: message.state === 'sending' ? momentText(atMs) : null,
    send_attempts: (message.state === 'sending' ? 1 : 0) + (message.isPossibleDuplicate ? 1 : 0),
    is_possible_duplicate: message.state === 'sending' && message.isPossibleDuplicate,
    group_id: message.groupId,
    fingerprint: message.fingerprint,
  }))
  await tx.execute(sql`
    insert into redrive_message as known (redrive, source_queue, read_at, message_id, state, is_canary, body_md5, attributes_md5,
      person_ref, sent_to_queue_at, receive_count, sending_at, send_attempts, is_possible_duplicate, group_id, fingerprint)
    select ${run.id}::bigint, ${run.sourceQueue}, ${momentText(atMs)}::timestamptz, m.*
    from ${arrayRows('m', TAKEN_COLUMNS, rows)}
    on conflict (redrive, message_id) do update set receive_count = excluded.receive_count,
      is_canary = known.is_canary or excluded.is_canary,
      read_at = case when known.sending_at is null then excluded.read_at else known.read_at end,
      state = case when excluded.state = 'sending' then 'sending' else known.state end,
      sending_at = coalesce(excluded.sending_at, known.sending_at),
      send_attempts = known.send_attempts + case when excluded.state = 'sending' then 1 else 0 end,
      is_possible_duplicate = known.is_possible_duplicate
        or (excluded.state = 'sending' and known.send_attempts > 0 and not ${run.isRepeatSafe}::boolean)`)
}

const TAKEN_COLUMNS = [
  ['message_id', 'text'],
  ['state', 'text'],
  ['is_canary', 'boolean'],
  ['body_md5', 'text'],
  ['attributes_md5', 'text'],
  ['person_ref', 'text'],
  ['sent_to_queue_at', 'timestamptz'],
  ['receive_count', 'integer'],
  ['sending_at', 'timestamptz'],
  ['send_attempts', 'integer'],
  ['is_possible_duplicate', 'boolean'],
  ['group_id', 'text'],
  ['fingerprint', 'text'],
] as const

/**
 * Notes that messages which were read are about to be sent; to be committed before the call. One whose earlier send has an unknown end is
 * marked as a possible duplicate for good, unless `isRepeatSafe`. When it was first sent stays: what makes a repeat safe counts from then.
 */
export async function markSending(
  tx: Tx,
  run: { readonly id: number; readonly isRepeatSafe: boolean },
  messageIds: readonly string[],
  atMs: number,
): Promise<void> {
  if (messageIds.length === 0) return
  await tx
    .update(redriveMessage)
    .set({
      state: 'sending',
      sending: run.isRepeatSafe
        ? sql`case when ${redriveMessage.sendAttempts} > 0 then ${redriveMessage.sending} else ${momentText(atMs)}::timestamptz end`
        : momentOf(atMs),
      sendAttempts: sql`${redriveMessage.sendAttempts} + 1`,
      isPossibleDuplicate: sql`${redriveMessage.isPossibleDuplicate} or (${redriveMessage.sendAttempts} > 0 and not ${run.isRepeatSafe}::boolean)`,
    })
    .where(ofRun(run.id, messageIds))
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
    from ${arrayRows(
      's',
      [
        ['id', 'text'],
        ['new_id', 'text'],
      ],
      messages.map(({ messageId, newMessageId }) => ({ id: messageId, new_id: newMessageId })),
    )}
    -- Said twice, so that the rows are looked up however large the ledger is.
    where redrive = ${id}::bigint and message_id = s.id and message_id = any(${textArray(
      messages.map(({ messageId }) => messageId),
    )})`)
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

/** Notes that whatever any redrive sent from a queue is deleted from it, too: for when nothing is left there. */
export async function markGone(tx: Tx, sourceQueue: string, atMs: number): Promise<void> {
  await tx
    .update(redriveMessage)
    .set({ state: 'deleted', deleted: momentOf(atMs) })
    .where(and(eq(redriveMessage.sourceQueue, sourceQueue), eq(redriveMessage.state, 'sent')))
}

/** Notes that a message is left where it is, with the reason for a person. */
export async function markRefused(tx: Tx, id: number, messageId: string, problem: string): Promise<void> {
  await tx
    .update(redriveMessage)
    .set({ state: 'refused', problem, isCanary: false })
    .where(ofRun(id, [messageId]))
}

/** Rows of a redrive by the ids under which it picked them up. */
export function ofRun(id: number, messageIds: readonly string[]) {
  return and(eq(redriveMessage.redrive, id), sql`${redriveMessage.messageId} = any(${textArray(messageIds)})`)
}

/**
 * Leaves messages that were read, and are not there any more, with the reason for a person. What waits in its group behind a message that
 * was left for a person is there still. Returns how many.
 */
export async function markUnmet(tx: Tx, id: number, problem: string): Promise<number> {
  const { rowCount } = await tx.execute(sql`
    update redrive_message as unmet set state = 'refused', problem = ${problem}
    where redrive = ${id}::bigint and state = 'read' and not exists (
      select from redrive_message as before
      where before.redrive = ${id}::bigint and before.state = 'refused' and before.group_id = unmet.group_id)`)
  return rowCount ?? 0
}

/** Lets another message go first: this one was not met again for long. It stays what it is, and is a first one again when it is met before they are moved. */
export async function dropCanary(tx: Tx, id: number, messageId: string): Promise<void> {
  await tx
    .update(redriveMessage)
    .set({ isCanary: false })
    .where(ofRun(id, [messageId]))
}
