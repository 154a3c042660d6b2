import { figure } from './count-words.ts'
import type { MessageShape, ShapeCount } from './message-shape.ts'
import { shortClass } from './cause-words.ts'
import { isClassName } from './message-shape.ts'

/** What people added to a group of messages that look alike. Kept by the group's fingerprint, so that the next look finds it again. */
export interface GroupMark {
  readonly note: string | null
  /** Name of the person who takes care of it. */
  readonly owner: string | null
  /** A redrive of all leaves the group where it is. */
  readonly isHeld: boolean
  /** Where the work on it is tracked. */
  readonly ticketUrl: string | null
}

export const NO_MARK: GroupMark = { note: null, owner: null, isHeld: false, ticketUrl: null }

/** `G-1a2b3c4d`: the group by the beginning of its fingerprint. */
export function groupName(fingerprint: string): string {
  return `G-${fingerprint.slice(0, 8)}`
}

const TITLE_WORDS = 3

/** What a group's messages look like, in a few words with names between backticks. */
export function groupTitle({ attributes, bodyKeys, values = [] }: MessageShape): string {
  const classes = attributes.flatMap(({ name, value }) =>
    value !== null && isClassName(value) ? [`\`${name}\` ${shortClass(value)}`] : [],
  )
  const words = [...attributes, ...values].flatMap((each) =>
    each.value === null || each.value.startsWith('<') || isClassName(each.value) || each.value.includes('/')
      ? []
      : [each.value],
  )
  const plain = attributes.filter(({ value }) => value === null).map(({ name }) => `\`${name}\``)
  const told = [...classes, ...words.slice(0, TITLE_WORDS), ...(classes.length === 0 ? plain : [])]
  return [...told.slice(0, TITLE_WORDS), bodyWords(bodyKeys)].join(' · ')
}

function bodyWords(bodyKeys: MessageShape['bodyKeys']): string {
  if (bodyKeys === null) return 'body is not JSON'
  const [first, ...others] = [...new Set(bodyKeys.map((key) => key.replace(/:[^:]*$/u, '')))]
  if (first === undefined || first === '') return 'empty JSON'
  return others.length === 0 ? `body with \`${first}\`` : `body with \`${first}\` and ${figure(others.length)} more`
}

/** SQS takes no more attributes on a message. */
const MOST_ATTRIBUTES = 10
/** What queues took at most before SQS raised it; those made then still do. */
const OLD_LIMIT = 262_144
/** What the extended clients put in place of a body that lies in S3. */
const POINTERS = /^(?:ExtendedPayloadSize|SQSLargePayloadSize|S3MessageBodyKey)$/u

/** What of these messages could break a reader, each in one sentence; it says what is there and does not claim that it does. */
export function readerRisks({ shape, mostSize }: Pick<ShapeCount, 'shape' | 'mostSize'>): string[] {
  const { attributes, bodyKeys } = shape
  const named = attributes.flatMap(({ name, value }) =>
    value !== null && isClassName(value)
      ? [`\`${name}\` names the class ${value}: a reader that loads it must know the class.`]
      : [],
  )
  const empty = (bodyKeys ?? []).filter((key) => key.endsWith(':null')).map((key) => `\`${key.slice(0, -5)}\``)
  return [
    ...named,
    ...(bodyKeys === null ? ['The body is not JSON.'] : []),
    ...(empty.length === 0
      ? []
      : [
          `The body has null in ${empty.slice(0, TITLE_WORDS).join(', ')}${empty.length > TITLE_WORDS ? ` and ${figure(empty.length - TITLE_WORDS)} more` : ''}.`,
        ]),
    ...(attributes.some(({ name }) => POINTERS.test(name))
      ? ['The body is a pointer to an object in S3, which may be gone; a plain reader finds no message in it.']
      : []),
    ...(attributes.length >= MOST_ATTRIBUTES ? ['It carries 10 attributes, the most that SQS takes.'] : []),
    ...(mostSize > OLD_LIMIT ? ['A body is larger than 256 KiB, which older queues do not take.'] : []),
  ]
}
