import type { MessageCondition, RedriveSelection } from '#lib/domain/redrive-selection.ts'
import { groupOf } from './group-of.ts'
import type { HeldMessage } from './held-message.ts'

/** What of a message decides whether it is selected. */
export type SelectableMessage = Pick<HeldMessage, 'messageId' | 'sentMs' | 'attributes' | 'body' | 'deadLetterOf'>

/** True when everything that narrows the selection holds of the message. One whose moment of sending SQS did not tell is in no window. */
export function isSelected(message: SelectableMessage, selection: RedriveSelection): boolean {
  const { sentFromMs, sentBeforeMs, attributes, fields, shape, messageIds } = selection
  if (messageIds !== null && !messageIds.includes(message.messageId)) return false
  if (sentFromMs !== null && (message.sentMs === null || message.sentMs < sentFromMs)) return false
  if (sentBeforeMs !== null && (message.sentMs === null || message.sentMs >= sentBeforeMs)) return false
  if (!attributes.every((condition) => holds(condition, attributeText(message, condition.name)))) return false
  if (!fields.every((condition) => holds(condition, fieldText(message.body, condition.name)))) return false
  return shape === null || groupOf(message) === shape
}

/** True for a message of a group that somebody holds, unless the redrive names that very group, or a person picked its messages. */
export function isHeldBack(
  message: SelectableMessage,
  { shape, listedBy }: Pick<RedriveSelection, 'shape' | 'listedBy'>,
  heldGroups: ReadonlySet<string>,
): boolean {
  if (heldGroups.size === 0 || shape !== null || listedBy === 'person') return false
  return heldGroups.has(groupOf(message))
}

/** Text of the attribute, base64 of a binary one; null without it. */
function attributeText({ attributes }: Pick<HeldMessage, 'attributes'>, name: string): string | null {
  const found = Object.hasOwn(attributes, name) ? attributes[name] : undefined
  if (found === undefined) return null
  return found.BinaryValue === undefined ? (found.StringValue ?? '') : Buffer.from(found.BinaryValue).toString('base64')
}

/** The field's text, or its JSON where it is none; null without it, and in a body that is no JSON. */
function fieldText(body: string, path: string): string | null {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return null
  }
  for (const key of path.split('.')) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return null
    value = Reflect.get(value, key)
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function holds({ test, value }: MessageCondition, found: string | null): boolean {
  if (test === 'equals') return found === value
  return (found !== null) === (test === 'present')
}
