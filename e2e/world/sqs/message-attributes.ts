import { createHash } from 'node:crypto'

import { isRecord } from './request-fields.ts'
import { invalidParameter } from './sqs-error.ts'
import { hasForbiddenCharacter, INVALID_CHARACTERS } from './message-text.ts'

export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  /** Base64, as on the wire. */
  readonly BinaryValue?: string
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

const NAME_PATTERN = /^[A-Za-z0-9_.-]+$/
const RESERVED_PATTERN = /^(?:aws\.|amazon\.|\.)|\.$|\.\./i
const TYPE_PATTERN = /^(?:String|Number|Binary)(?:\..+)?$/
const NUMBER_PATTERN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const MAXIMUM_ATTRIBUTES = 10

/**
 * The message attributes of a request, checked by the rules of "Amazon SQS message metadata" in the developer guide.
 * Undefined when there are none; throws InvalidParameterValue with AWS's sentence.
 */
export function parseMessageAttributes(raw: Record<string, unknown> | undefined): MessageAttributes | undefined {
  if (raw === undefined) return undefined
  const names = Object.keys(raw)
  if (names.length === 0) return undefined
  if (names.length > MAXIMUM_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MAXIMUM_ATTRIBUTES}].`,
    )
  }
  const attributes: Record<string, MessageAttribute> = {}
  for (const name of names) {
    checkName(name)
    attributes[name] = parseAttribute(name, raw[name])
  }
  return attributes
}

function checkName(name: string): void {
  if (name.length > 256) throw invalidParameter('Message (user) attribute names must be shorter than 256 Bytes')
  if (!NAME_PATTERN.test(name)) {
    throw invalidParameter(
      'Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ',
    )
  }
  if (RESERVED_PATTERN.test(name)) {
    throw invalidParameter(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    )
  }
}

function parseAttribute(name: string, raw: unknown): MessageAttribute {
  const type = isRecord(raw) ? raw['DataType'] : undefined
  if (!isRecord(raw) || typeof type !== 'string' || type === '') {
    throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute type.`)
  }
  if (type.length > 256) throw invalidParameter('Message (user) attribute types must be shorter than 256 Bytes')
  if (!TYPE_PATTERN.test(type)) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    )
  }
  if (type.startsWith('Binary')) return { DataType: type, BinaryValue: nonEmpty(name, 'Binary', raw['BinaryValue']) }
  const kind = type.startsWith('Number') ? 'Number' : 'String'
  const value = nonEmpty(name, kind, raw['StringValue'])
  if (hasForbiddenCharacter(value)) throw invalidParameter(INVALID_CHARACTERS)
  if (kind === 'Number' && !NUMBER_PATTERN.test(value)) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`)
  }
  return { DataType: type, StringValue: value }
}

function nonEmpty(name: string, kind: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw invalidParameter(`Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`)
}

/** Name, type and value of every attribute: what counts towards the size of a message. */
export function attributesSizeBytes(attributes: MessageAttributes | undefined): number {
  if (attributes === undefined) return 0
  let bytes = 0
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType)
    bytes += Buffer.byteLength(attribute.StringValue ?? '')
    bytes += Buffer.byteLength(attribute.BinaryValue ?? '', 'base64')
  }
  return bytes
}

/** MD5 over the sorted attributes, by "Calculating the MD5 message digest for message attributes" in the developer guide. */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const digest = createHash('md5')
  const update = (bytes: Buffer): void => {
    const length = Buffer.allocUnsafe(4)
    length.writeUInt32BE(bytes.length)
    digest.update(length).update(bytes)
  }
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name]
    if (attribute === undefined) continue
    update(Buffer.from(name))
    update(Buffer.from(attribute.DataType))
    const isBinary = attribute.BinaryValue !== undefined
    digest.update(Buffer.of(isBinary ? 2 : 1))
    update(isBinary ? Buffer.from(attribute.BinaryValue, 'base64') : Buffer.from(attribute.StringValue ?? ''))
  }
  return digest.digest('hex')
}

/**
 * The attributes a caller asked for by MessageAttributeNames: an exact name, `All`, `.*`, or a prefix written `foo.*`.
 * Nothing is returned unasked; the answer's MD5 covers only what is returned.
 */
export function selectAttributes(
  attributes: MessageAttributes | undefined,
  wanted: readonly string[],
): MessageAttributes | undefined {
  if (attributes === undefined || wanted.length === 0) return undefined
  if (wanted.some((name) => name === 'All' || name === '.*' || name === '*')) return attributes
  const selected = Object.entries(attributes).filter(([name]) => wanted.some((pattern) => matches(name, pattern)))
  return selected.length === 0 ? undefined : Object.fromEntries(selected)
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : name === pattern
}
