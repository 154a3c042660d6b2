import { hash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

export { md5OfBody } from '#lib/aws/body-digest.ts'

const LENGTH_BYTES = 4
/** Of each attribute: three lengths and the byte for its kind. */
const FRAME_BYTES = 3 * LENGTH_BYTES + 1

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>

/**
 * MD5OfMessageAttributes as SQS computes it; null for none. By "Calculating the MD5 message digest for message attributes" in the SQS
 * developer guide: name, type, one byte for the kind of value and the value, each with its length, in the order of names.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | null {
  const names = Object.keys(attributes).toSorted((a, b) => (a < b ? -1 : 1))
  if (names.length === 0) return null
  const fields = names.map((name) => {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? {}
    return { name, type: DataType, kind: BinaryValue === undefined ? 1 : 2, value: BinaryValue ?? StringValue }
  })
  // In one piece: a redrive makes one of each message.
  const size = fields.reduce(
    (sum, { name, type, value }) => sum + FRAME_BYTES + bytesOf(name) + bytesOf(type) + bytesOf(value),
    0,
  )
  const buffer = Buffer.allocUnsafe(size)
  let at = 0
  const addWithLength = (value: string | Uint8Array): void => {
    const length = typeof value === 'string' ? buffer.write(value, at + LENGTH_BYTES) : value.byteLength
    if (typeof value !== 'string') buffer.set(value, at + LENGTH_BYTES)
    buffer.writeUInt32BE(length, at)
    at += LENGTH_BYTES + length
  }
  for (const { name, type, kind, value } of fields) {
    addWithLength(name)
    addWithLength(type)
    at = buffer.writeUInt8(kind, at)
    addWithLength(value)
  }
  return hash('md5', buffer)
}

function bytesOf(value: string | Uint8Array): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength
}
