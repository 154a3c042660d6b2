import { hash } from 'node:crypto'

/**
 * The identity of an event: a hash of what it says, in a fixed order. A redelivery, another transport and an import of the same event
 * give the same key; nothing of the transport, of this moment or of Spillway's settings takes part.
 */
export function eventKeyOf(content: readonly (string | number | boolean | null)[]): string {
  return hash('sha256', JSON.stringify(content), 'base64url')
}
