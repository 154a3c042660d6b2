import { hash } from 'node:crypto'
import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

export { md5OfBody } from '#lib/aws/body-digest.ts'

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>

/**
 * MD5OfMessageAttributes as SQS computes it; null for none. By "Calculating the MD5 message digest for message attributes" in the SQS
 * developer guide: name, type, one byte for the kind of value and the value, each with its length, in the order of names.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | null {
  const names = Object.keys(attributes).toSorted((a, b) => (a < b ? -1 : 1))
  if (names.length === 0) return null
  const parts: Buffer[] = []
  for (const name of names) {
    const { DataType = '', StringValue = '', BinaryValue } = attributes[name] ?? {}
    const isBinary = BinaryValue !== undefined
    addWithLength(parts, Buffer.from(name))
    addWithLength(parts, Buffer.from(DataType))
    parts.push(Buffer.of(isBinary ? 2 : 1))
    addWithLength(parts, isBinary ? Buffer.from(BinaryValue) : Buffer.from(StringValue))
  }
  return hash('md5', Buffer.concat(parts))
}

function addWithLength(parts: Buffer[], bytes: Buffer): void {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  parts.push(length, bytes)
}
