import 'server-only'
import { createHash } from 'node:crypto'
import { shapeKey, type MessageShape } from '#lib/domain/message-shape.ts'

/** Names a group of messages that look alike, in hex: the same for the same shape in any look. */
export function fingerprintOf(shape: MessageShape): string {
  return createHash('sha256').update(shapeKey(shape)).digest('hex').slice(0, 32)
}
