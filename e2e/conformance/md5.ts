import { createHash } from 'node:crypto'

import type { MessageAttributeValue } from '@aws-sdk/client-sqs'

export function md5Hex(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

/** The digest of message attributes, written a second time from the developer guide: a server must not judge itself. */
export function md5OfMessageAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): string {
  const parts = Object.keys(attributes)
    .sort()
    .flatMap((name) => {
      const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {}
      const value = BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue)
      const transport = Buffer.from([BinaryValue === undefined ? 1 : 2])
      return [
        lengthPrefixed(Buffer.from(name)),
        lengthPrefixed(Buffer.from(DataType)),
        transport,
        lengthPrefixed(value),
      ]
    })
  return createHash('md5').update(Buffer.concat(parts)).digest('hex')
}

function lengthPrefixed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
