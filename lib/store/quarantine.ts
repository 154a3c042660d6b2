import 'server-only'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { count, eq } from 'drizzle-orm'
import { deriveKey } from '#lib/config/derived-key.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { Unreadable } from '#lib/domain/reading.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { quarantine } from './schema.ts'

/** A message that was not understood, with its body in the clear: for people who may see it. */
export interface QuarantinedMessage extends Unreadable {
  readonly id: number
  readonly source: string
  readonly receivedMs: number
}

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
  const rows = messages.map(({ messageId, reason, body }) => ({
    source,
    messageId,
    reason,
    received: momentOf(atMs),
    bodyEncrypted: encrypt(key, body, associated(source, messageId)),
  }))
  await tx.insert(quarantine).values(rows).onConflictDoNothing()
}

/** How many messages wait in quarantine. */
export async function countQuarantined(tx: Tx): Promise<number> {
  const [row] = await tx.select({ total: count() }).from(quarantine)
  return row?.total ?? 0
}

/** One message with its body. Throws `not_found`, and `not_configured` when the secret is not the one it was encrypted with. */
export async function readQuarantined(tx: Tx, id: number, secret: string): Promise<QuarantinedMessage> {
  const [row] = await tx.select().from(quarantine).where(eq(quarantine.id, id))
  if (row === undefined) throw new AppError('not_found', `No message in quarantine has the number ${id}.`)
  const { source, messageId, reason } = row
  const body = decrypt(keyOf(secret), row.bodyEncrypted, associated(source, messageId))
  return { id: row.id, source, messageId, reason, body, receivedMs: msOf(row.received) }
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
