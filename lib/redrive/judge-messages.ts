import type { PreflightMessages } from '#lib/domain/redrive-preflight.ts'
import type { GroupReturned } from '#lib/domain/redrive-returns.ts'
import type { RedriveTransform } from '#lib/domain/redrive-transform.ts'
import type { GroupReturns } from '#lib/store/count-returns.ts'
import { applyTransform, TransformProblem, type MessageContent } from './apply-transform.ts'
import { groupOf } from './group-of.ts'
import { sizeBytes, type HeldMessage } from './held-message.ts'

/** What the extended clients of SQS put on a message whose body is in S3. */
const POINTER_ATTRIBUTES = ['ExtendedPayloadSize', 'SQSLargePayloadSize', 'S3MessageBodyKey']

/** What redrives of the queue brought back before. */
export interface KnownReturns {
  /** From how many redrives a body came back, by its MD5. */
  readonly bodies: ReadonlyMap<string, number>
  /** The same of groups by cause, by their fingerprints. */
  readonly groups: ReadonlyMap<string, GroupReturns>
}

/** What messages that were read mean for sending them changed. */
export function judgeMessages(
  messages: readonly HeldMessage[],
  transform: RedriveTransform,
  returns: KnownReturns,
): PreflightMessages {
  const changed = messages.flatMap((message) => changedOf(message, transform) ?? [])
  const sizes = changed.map(({ body, attributes }) => sizeBytes(body, attributes))
  const counts = changed.map(({ attributes }) => Object.keys(attributes).length)
  const pointers = messages.filter(isPointer)
  const returned = messages.flatMap(({ bodyMd5 }) => returns.bodies.get(bodyMd5) ?? [])
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
    groupReturns: groupReturnsOf(messages, returns.groups),
  }
}

/** Of messages whose group came back before, and how bad the worst of these groups is; null where none did. */
function groupReturnsOf(
  messages: readonly HeldMessage[],
  groups: ReadonlyMap<string, GroupReturns>,
): GroupReturned | null {
  if (groups.size === 0) return null
  const told = messages.flatMap((message) => groups.get(groupOf(message)) ?? [])
  if (told.length === 0) return null
  return {
    messages: told.length,
    redrives: most(told.map(({ redrives }) => redrives)),
    returned: most(told.map(({ messages: returned }) => returned)),
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
