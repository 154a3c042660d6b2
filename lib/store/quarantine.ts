import 'server-only'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { count, desc, eq, inArray, min, sql } from 'drizzle-orm'
import { deriveKey } from '#lib/config/derived-key.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { Unreadable } from '#lib/domain/reading.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { quarantine } from './schema.ts'

/** A message that was not understood, without its body. */
export interface QuarantineEntry {
  readonly id: number
  readonly source: string
  readonly messageId: string
  readonly reason: string
  readonly receivedMs: number
  /** How often it was tried again since. */
  readonly tries: number
  readonly triedMs: number | null
}

/** The same with its body in the clear: for people who may see it. */
export interface QuarantinedMessage extends QuarantineEntry, Required<Unreadable> {}

/** Keeps messages that were not understood, encrypted with a key made of the secret. One that is kept already stays as it is. */
export async function insertUnreadable(
  tx: Tx,
  source: string,
  messages: readonly Unreadable[],
  // The key's secret and the moment belong to the call, not to a message.
  ...[secret, atMs]: readonly [secret: string, atMs: number]
): Promise<void> {
  if (messages.length === 0) return
  const key = keyOf(secret)
  const rows = messages.map(({ messageId, reason, body, sequence = null, sentTimestampMs = null }) => ({
    source,
    messageId,
    reason,
    received: momentOf(atMs),
    bodyEncrypted: encrypt(key, body, associated(source, messageId)),
    sequence,
    sentTimestamp: momentOf(sentTimestampMs),
  }))
  await tx.insert(quarantine).values(rows).onConflictDoNothing()
}

/** How many messages wait in quarantine. */
export async function countQuarantined(tx: Tx): Promise<number> {
  const [row] = await tx.select({ total: count() }).from(quarantine)
  return row?.total ?? 0
}

/** How many messages wait in quarantine, and since when the one that waits longest, epoch ms; null when none does. */
export async function summariseQuarantine(
  tx: Tx,
): Promise<{ readonly total: number; readonly oldestMs: number | null }> {
  const [row] = await tx.select({ total: count(), oldest: min(quarantine.received) }).from(quarantine)
  return { total: row?.total ?? 0, oldestMs: msOf(row?.oldest ?? null) }
}

/** Messages in quarantine, newest first, at most `limit`, with their bodies; null for a body that the secret does not open. */
export async function listQuarantined(
  tx: Tx,
  limit: number,
  secret: string | undefined,
): Promise<(QuarantineEntry & { readonly body: string | null })[]> {
  const rows = await tx.select().from(quarantine).orderBy(desc(quarantine.id)).limit(limit)
  const key = secret === undefined ? null : keyOf(secret)
  return rows.map((row) => ({ ...entryOf(row), body: key === null ? null : openedOrNull(key, row) }))
}

/** One message with its body. Throws `not_found`, and `not_configured` when the secret is not the one it was encrypted with. */
export async function readQuarantined(tx: Tx, id: number, secret: string): Promise<QuarantinedMessage> {
  const [row] = await tx.select().from(quarantine).where(eq(quarantine.id, id))
  if (row === undefined) throw new AppError('not_found', `No message in quarantine has the number ${id}.`)
  return messageOf(row, keyOf(secret))
}

/** Those of these messages that are still in quarantine, oldest first, locked until the transaction ends. Throws `not_configured` as `readQuarantined`. */
export async function lockQuarantined(tx: Tx, ids: readonly number[], secret: string): Promise<QuarantinedMessage[]> {
  const rows = await tx
    .select()
    .from(quarantine)
    .where(inArray(quarantine.id, [...ids]))
    .orderBy(quarantine.id)
    .for('update')
  const key = keyOf(secret)
  return rows.map((row) => messageOf(row, key))
}

/** Notes that a message was tried again and why it is still not understood. */
export async function noteTriedAgain(tx: Tx, id: number, reason: string, atMs: number): Promise<void> {
  await tx
    .update(quarantine)
    .set({ reason, tried: momentOf(atMs), tries: sql`${quarantine.tries} + 1` })
    .where(eq(quarantine.id, id))
}

/** Takes messages out, whose content is stored where it belongs in the same transaction. */
export async function releaseQuarantined(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.delete(quarantine).where(inArray(quarantine.id, [...ids]))
}

type Row = typeof quarantine.$inferSelect

function entryOf({ id, source, messageId, reason, received, tries, tried }: Row): QuarantineEntry {
  return { id, source, messageId, reason, receivedMs: msOf(received), tries, triedMs: msOf(tried) }
}

function messageOf(row: Row, key: Buffer): QuarantinedMessage {
  const body = decrypt(key, row.bodyEncrypted, associated(row.source, row.messageId))
  return { ...entryOf(row), body, sequence: row.sequence, sentTimestampMs: msOf(row.sentTimestamp) }
}

function openedOrNull(key: Buffer, row: Row): string | null {
  try {
    return messageOf(row, key).body
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

function keyOf(secret: string): Buffer {
  return deriveKey(secret, 'quarantine')
}

/** Bound into the ciphertext, so that a body cannot be moved to another message's row. */
function associated(source: string, messageId: string): Buffer {
  return Buffer.from(JSON.stringify([source, messageId]))
}

function encrypt(key: Buffer, text: string, bound: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64')
}

function decrypt(key: Buffer, encrypted: string, bound: Buffer): string {
  const bytes = Buffer.from(encrypted, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
  decipher.setAAD(bound).setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    const body = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([body, decipher.final()]).toString('utf8')
  } catch (error) {
    throw new AppError(
      'not_configured',
      'The message cannot be decrypted: SPILLWAY_SECRET is not the one it was kept with, or the row was changed.',
      { cause: error },
    )
  }
}
