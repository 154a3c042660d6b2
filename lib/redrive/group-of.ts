import 'server-only'
import { shapeOf } from '#lib/domain/message-shape.ts'
import { fingerprintOf } from '#lib/store/shape-fingerprint.ts'
import { attributesOf, type HeldMessage } from './held-message.ts'

/** The fingerprint of the group that the message belongs to: the same in a look, in a plan and while it is moved. */
export function groupOf(message: Pick<HeldMessage, 'attributes' | 'body' | 'deadLetterOf'>): string {
  return fingerprintOf(shapeOf(attributesOf(message), message.body, message.deadLetterOf))
}
