import 'server-only'
import { and, asc, eq, exists, inArray, notInArray, sql } from 'drizzle-orm'
import { ARCHIVED_STATES, type ArchiveCounts, type ArchivedState } from '#lib/domain/archive.ts'
import { archive, archivedMessage } from './archive-schema.ts'
import type { Tx } from './db.ts'
import { jsonRows, jsonTexts } from './json-rows.ts'
import { momentOf, momentText } from './moments.ts'
import { redriveMessage } from './redrive-schema.ts'

/** Where a message's record lies. */
export interface RecordPlace {
  readonly segment: string
  readonly position: number
  readonly bytes: number
}

/** A message in the ledger of an archive. */
export interface ArchivedRow {
  readonly archive: number
  readonly messageId: string
  readonly state: ArchivedState
  readonly bodyMd5: string
  readonly attributesMd5: string | null
  /** Null while it is not surely there. */
  readonly place: RecordPlace | null
  readonly sendAttempts: number
}

/** What is known of messages that were just received from an archive's queue. */
export interface KnownArchived {
  /** Rows of this archive, or of an earlier one of the queue that has the message surely in its file. */
  readonly rows: ReadonlyMap<string, ArchivedRow>
  /** Messages that a redrive has sent, or perhaps sent, from here: theirs to finish. */
  readonly ofRedrives: ReadonlySet<string>
}

export async function knownArchived(
  tx: Tx,
  run: { readonly id: number; readonly queue: string },
  messageIds: readonly string[],
): Promise<KnownArchived> {
  const ids = jsonTexts(messageIds)
  const found = await tx
    .select({ message: archivedMessage })
    .from(archivedMessage)
    .innerJoin(archive, eq(archive.id, archivedMessage.archive))
    .where(
      and(
        eq(archivedMessage.queue, run.queue),
        sql`${archivedMessage.messageId} = any(${ids})`,
        // What was erased is sure nowhere.
        notInArray(archive.state, ['erasing', 'erased']),
      ),
    )
  const rows = new Map<string, ArchivedRow>()
  for (const row of found.map(({ message }) => rowOf(message)))
    if (row.archive === run.id ? !isSure(rows.get(row.messageId)) : isSure(row)) rows.set(row.messageId, row)
  const moved = await tx
    .select({ messageId: redriveMessage.messageId })
    .from(redriveMessage)
    .where(and(isSentFrom(run.queue), sql`${redriveMessage.messageId} = any(${ids})`))
  return { rows, ofRedrives: new Set(moved.map(({ messageId }) => messageId)) }
}

/** A redrive sent it from this queue, or perhaps did. */
function isSentFrom(queue: string) {
  return and(eq(redriveMessage.sourceQueue, queue), inArray(redriveMessage.state, ['sending', 'sent', 'deleted']))
}

/** The file has it for certain, for a restore to give back. */
export function isSure(row: ArchivedRow | undefined): boolean {
  return row !== undefined && row.place !== null && row.state !== 'read' && row.state !== 'redriven'
}

export interface ReadForArchive {
  readonly messageId: string
  readonly bodyMd5: string
  readonly attributesMd5: string | null
  readonly sentToQueueMs: number | null
}

/** Notes messages as read, before they are written to the file. */
export async function insertArchiveRead(
  tx: Tx,
  run: { readonly id: number; readonly queue: string },
  messages: readonly ReadForArchive[],
  atMs: number,
): Promise<void> {
  if (messages.length === 0) return
  await tx
    .insert(archivedMessage)
    .values(
      messages.map(({ sentToQueueMs, ...message }) => ({
        ...message,
        archive: run.id,
        queue: run.queue,
        state: 'read',
        sentToQueue: momentOf(sentToQueueMs),
        read: momentOf(atMs),
      })),
    )
    .onConflictDoNothing()
}

/** Notes that messages surely lie in the file; to be committed after it was flushed, and before they are deleted from the queue. */
export async function markArchived(
  tx: Tx,
  archiveId: number,
  records: readonly (RecordPlace & { readonly messageId: string })[],
  atMs: number,
): Promise<void> {
  if (records.length === 0) return
  await tx.execute(sql`
    update archived_message set state = 'archived', archived_at = ${momentText(atMs)}::timestamptz,
      segment = r.segment, position = r.position, bytes = r.bytes
    from ${jsonRows(
      'r',
      [
        ['id', 'text'],
        ['segment', 'text'],
        ['position', 'bigint'],
        ['bytes', 'integer'],
      ],
      records.map(({ messageId, ...place }) => ({ id: messageId, ...place })),
    )}
    where archive = ${archiveId}::bigint and message_id = r.id and state = 'read'`)
}

/** Notes that SQS deleted messages; only those whose record is sure. */
export async function markArchiveDeleted(
  tx: Tx,
  rows: readonly Pick<ArchivedRow, 'archive' | 'messageId'>[],
  atMs: number,
): Promise<void> {
  for (const [id, of] of Map.groupBy(rows, (row) => row.archive))
    await tx
      .update(archivedMessage)
      .set({ state: 'deleted', deleted: momentOf(atMs) })
      .where(
        and(
          ofArchive(
            id,
            of.map(({ messageId }) => messageId),
          ),
          eq(archivedMessage.state, 'archived'),
        ),
      )
}

/**
 * The queue was read to its end: what is archived, by any archive of it, and did not come again is gone from it. What a redrive sent from
 * there meanwhile, or perhaps did, is its.
 */
export async function settleArchived(tx: Tx, queue: string, atMs: number): Promise<void> {
  const isOpen = and(eq(archivedMessage.queue, queue), eq(archivedMessage.state, 'archived'))
  const sent = tx
    .select({ messageId: redriveMessage.messageId })
    .from(redriveMessage)
    .where(and(isSentFrom(queue), eq(redriveMessage.messageId, archivedMessage.messageId)))
  await tx
    .update(archivedMessage)
    .set({ state: 'redriven' })
    .where(and(isOpen, exists(sent)))
  await tx
    .update(archivedMessage)
    .set({ state: 'deleted', deleted: momentOf(atMs) })
    .where(isOpen)
}

/** Forgets what was only read: it is still in its queue, or somebody else took it. */
export async function dropOnlyRead(tx: Tx, archiveId: number): Promise<void> {
  await tx.delete(archivedMessage).where(and(eq(archivedMessage.archive, archiveId), eq(archivedMessage.state, 'read')))
}

/** The next messages to restore, in the order in which they were archived; those whose send has an unknown end first. */
export async function listToRestore(tx: Tx, archiveId: number, limit: number): Promise<ArchivedRow[]> {
  const rows = await tx
    .select()
    .from(archivedMessage)
    .where(and(eq(archivedMessage.archive, archiveId), inArray(archivedMessage.state, ['deleted', 'sending'])))
    .orderBy(sql`${archivedMessage.state} desc`, asc(archivedMessage.sentToQueue), asc(archivedMessage.messageId))
    .limit(limit)
  return rows.map(rowOf)
}

/** Notes that messages are about to be sent; to be committed before the call. */
export async function markRestoring(tx: Tx, archiveId: number, messageIds: readonly string[]): Promise<void> {
  await tx
    .update(archivedMessage)
    .set({
      state: 'sending',
      sendAttempts: sql`${archivedMessage.sendAttempts} + 1`,
      isPossibleDuplicate: sql`${archivedMessage.isPossibleDuplicate} or ${archivedMessage.sendAttempts} > 0`,
    })
    .where(ofArchive(archiveId, messageIds))
}

/** SQS refused for certain: nothing of this attempt is in the destination. What an earlier attempt did stays unknown. */
export async function markNotRestored(tx: Tx, archiveId: number, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  await tx
    .update(archivedMessage)
    .set({
      state: sql`case when ${archivedMessage.sendAttempts} > 1 then 'sending' else 'deleted' end`,
      sendAttempts: sql`${archivedMessage.sendAttempts} - 1`,
    })
    .where(ofArchive(archiveId, messageIds))
}

export async function markRestored(
  tx: Tx,
  archiveId: number,
  messages: readonly { readonly messageId: string; readonly newMessageId: string }[],
  atMs: number,
): Promise<void> {
  for (const { messageId, newMessageId } of messages)
    await tx
      .update(archivedMessage)
      .set({ state: 'restored', restored: momentOf(atMs), newMessageId })
      .where(ofArchive(archiveId, [messageId]))
}

/** Notes that a message cannot be restored, with the reason for a person. Its record stays. */
export async function markUnrestorable(
  tx: Tx,
  archiveId: number,
  messages: readonly { readonly messageId: string; readonly problem: string }[],
): Promise<void> {
  for (const { messageId, problem } of messages)
    await tx
      .update(archivedMessage)
      .set({ state: 'refused', problem })
      .where(ofArchive(archiveId, [messageId]))
}

export async function countArchived(tx: Tx, archiveId: number): Promise<ArchiveCounts> {
  const rows = await tx
    .select({
      state: archivedMessage.state,
      count: sql`count(*)`.mapWith(Number),
      duplicates: sql`count(*) filter (where ${archivedMessage.isPossibleDuplicate})`.mapWith(Number),
    })
    .from(archivedMessage)
    .where(eq(archivedMessage.archive, archiveId))
    .groupBy(archivedMessage.state)
  const of = (state: ArchivedState): number => rows.find((row) => row.state === state)?.count ?? 0
  const possibleDuplicates = rows.reduce((sum, { duplicates }) => sum + duplicates, 0)
  const [read, archived, deleted] = [of('read'), of('archived'), of('deleted')]
  return {
    read,
    archived,
    deleted,
    sending: of('sending'),
    restored: of('restored'),
    redriven: of('redriven'),
    refused: of('refused'),
    possibleDuplicates,
  }
}

function ofArchive(archiveId: number, messageIds: readonly string[]) {
  return and(eq(archivedMessage.archive, archiveId), sql`${archivedMessage.messageId} = any(${jsonTexts(messageIds)})`)
}

function rowOf(row: typeof archivedMessage.$inferSelect): ArchivedRow {
  const { archive: id, messageId, state, bodyMd5, attributesMd5, segment, position, bytes, sendAttempts } = row
  const place = segment === null || position === null || bytes === null ? null : { segment, position, bytes }
  return {
    archive: id,
    messageId,
    state: ARCHIVED_STATES.find((each) => each === state) ?? 'refused',
    bodyMd5,
    attributesMd5,
    place,
    sendAttempts,
  }
}
