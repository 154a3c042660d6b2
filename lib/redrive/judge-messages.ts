import type { PreflightMessages } from '#lib/domain/redrive-preflight.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import { applyTransform, TransformProblem, type MessageContent } from './apply-transform.ts'
import { sizeBytes, type HeldMessage } from './held-message.ts'
import { md5OfBody } from './message-digest.ts'

/** What the extended clients of SQS put on a message whose body is in S3. */
const POINTER_ATTRIBUTES = ['ExtendedPayloadSize', 'SQSLargePayloadSize', 'S3MessageBodyKey']

/** What messages that were read mean for sending them changed. `returns`: how often a body came back from redrives, by its MD5. */
export function judgeMessages(
  messages: readonly HeldMessage[],
  transform: RedriveTransform,
  returns: ReadonlyMap<string, number>,
): PreflightMessages {
  const changed = messages.flatMap((message) => changedOf(message, transform) ?? [])
  const sizes = changed.map(({ body, attributes }) => sizeBytes(body, attributes))
  const counts = changed.map(({ attributes }) => Object.keys(attributes).length)
  const pointers = messages.filter(isPointer)
  const returned = messages.flatMap(({ body }) => returns.get(md5OfBody(body)) ?? [])
  return {
    of: messages.length,
    unchangeable: messages.length - changed.length,
    smallestBytes: least(sizes),
    largestBytes: most(sizes),
    mostAttributes: most(counts),
    leastAttributes: least(counts),
    pointers: pointers.length,
    loosePointers: pointers.filter((message) => isLoosened(message, transform)).length,
    returned: returned.length,
    mostReturns: most(returned),
  }
}

function changedOf(message: MessageContent, transform: RedriveTransform): MessageContent | null {
  try {
    return applyTransform(message, transform)
  } catch (error) {
    if (error instanceof TransformProblem) return null
    throw error
  }
}

function isPointer({ attributes }: Pick<HeldMessage, 'attributes'>): boolean {
  return POINTER_ATTRIBUTES.some((name) => Object.hasOwn(attributes, name))
}

function isLoosened(message: HeldMessage, transform: RedriveTransform): boolean {
  const changed = changedOf(message, transform)
  return changed !== null && !isPointer(changed)
}

function most(values: readonly number[]): number {
  return values.reduce((top, value) => Math.max(top, value), 0)
}

function least(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((low, value) => Math.min(low, value))
}
