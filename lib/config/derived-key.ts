import 'server-only'
import { hkdfSync } from 'node:crypto'

/** A 32-byte key for one purpose, derived from SPILLWAY_SECRET (HKDF, SHA-256), so that no two uses of the secret share a key. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `spillway ${purpose}`, 32))
}
