import { randomBytes } from 'node:crypto'

/** What a receipt handle says: which message of which queue, and which of its receives. */
export interface Receipt {
  readonly key: number
  readonly receive: number
}

const PATTERN = /^AQEB([0-9a-f]{32})\.([0-9a-z]+)\.([0-9a-z]+)\.[0-9a-f]{16}$/

/** Names one life of a queue: a queue made anew under an old name has another one. */
export function newQueueToken(): string {
  return randomBytes(16).toString('hex')
}

let salt = randomBytes(8).readBigUInt64BE()

/** A new handle for one receive. Opaque to callers. */
export function formatReceiptHandle(queueToken: string, receipt: Receipt): string {
  salt = BigInt.asUintN(64, salt + 0x9e3779b97f4a7c15n)
  return `AQEB${queueToken}.${receipt.key.toString(36)}.${receipt.receive.toString(36)}.${salt.toString(16).padStart(16, '0')}`
}

/** Undefined when the text was never a handle of this queue. */
export function parseReceiptHandle(queueToken: string, handle: string): Receipt | undefined {
  const match = PATTERN.exec(handle)
  if (match === null || match[1] !== queueToken) return undefined
  return { key: Number.parseInt(match[2] ?? '', 36), receive: Number.parseInt(match[3] ?? '', 36) }
}
