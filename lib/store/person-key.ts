import 'server-only'
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { deriveKey } from '#lib/config/derived-key.ts'
import { AppError } from '#lib/domain/errors.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * A person's reference as a text for addresses, from which nobody but Spillway can read the reference; the same for the same reference,
 * so that an address stays. The nonce is made of the reference itself: equal texts tell that it is the same person, and nothing else.
 */
export function personKey(secret: string, ref: string): string {
  const nonce = createHmac('sha256', deriveKey(secret, 'person nonce')).update(ref).digest().subarray(0, NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', deriveKey(secret, 'person key'), nonce)
  const sealed = Buffer.concat([cipher.update(ref, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
}

/** The reference behind a key. Throws `not_found` for anything that Spillway did not write. */
export function refOfPersonKey(secret: string, key: string): string {
  const bytes = Buffer.from(key, 'base64url')
  try {
    const decipher = createDecipheriv('aes-256-gcm', deriveKey(secret, 'person key'), bytes.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch (error) {
    throw new AppError('not_found', 'There is no such person.', { cause: error })
  }
}
