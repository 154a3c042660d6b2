import { createHash } from 'node:crypto'
import { randomOf } from './random.ts'

/** Shares of all mutated inputs, by the way on which they come in; together 1. */
export const MUTATED_WAYS = {
  'http-lines': 0.14,
  'http-array': 0.1,
  'http-alone': 0.04,
  'import-lines': 0.14,
  'import-table': 0.1,
  'import-array': 0.1,
  'queue-raw': 0.14,
  'queue-wrapped': 0.14,
  'profiles-queue': 0.08,
  'profiles-http': 0.02,
} as const
export type MutatedWay = keyof typeof MUTATED_WAYS

/** What became of the inputs of one way. A refused one was stored nowhere, and its sender was told. */
export interface Fates {
  accepted: number
  duplicate: number
  quarantined: number
  refused: number
}

export const noFates = (): Fates => ({ accepted: 0, duplicate: 0, quarantined: 0, refused: 0 })

export const fatesTogether = ({ accepted, duplicate, quarantined, refused }: Fates): number =>
  accepted + duplicate + quarantined + refused

/** Cut anywhere, as the parts of a file arrive. */
export function* cutAnywhere(bytes: Buffer, seed: number): Iterable<Uint8Array> {
  const random = randomOf(seed)
  for (let at = 0; at < bytes.length;) {
    const length = random.between(1, 70_000)
    yield bytes.subarray(at, at + length)
    at += length
  }
}

/** As SNS sends it where raw delivery is off. */
export function inSnsEnvelope(body: string, messageId: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    TopicArn: 'arn:aws:sns:eu-west-2:000000000000:notifications',
    Message: body,
    Timestamp: '2024-11-06T14:21:09.000Z',
    SignatureVersion: '1',
  })
}

/** True for bytes that keep an array whole when they stand in it, whatever they mean. */
export function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}

export const TABLE_COLUMNS = ['_id', 'status', 'type', 'statusDetail', 'recipient.id', 'sentAt', 'lastRetry'] as const

/** The input as a record of a table: by its fields where it is a document of the History, else as it is; null for documents of other kinds, which no table holds, and where it would open a quote and not close it. */
export function tableRecord(bytes: Buffer): Buffer | null {
  const json: unknown = isJson(bytes) ? JSON.parse(bytes.toString()) : null
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    if (!('status' in json)) return null
    const cells = [
      ['_id', 'id'],
      ['status'],
      ['type'],
      ['statusDetail'],
      ['recipient', 'id'],
      ['sentAt'],
      ['lastRetry'],
    ]
    return Buffer.from(cells.map((names) => cellOf(json, names)).join(','))
  }
  return bytes.filter((byte) => byte === 0x22).length % 2 === 0 ? bytes : null
}

function cellOf(json: object, names: readonly string[]): string {
  const values: unknown[] = names.map((name): unknown => Reflect.get(json, name))
  const [value] = values.filter((each) => each !== undefined)
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)
  return `"${text.replaceAll('"', '""')}"`
}

/** What an item of a body is kept by in quarantine: its bytes without white space around them, and without the mark with which a body may begin. */
export function identityOf(input: Buffer, kind: 'lines' | 'array' | 'alone', index: number): string {
  const text = input.toString('latin1')
  const unmarked = kind === 'lines' && index === 0 ? text.replace(/^\u{ef}\u{bb}\u{bf}/u, '') : text
  const item = kind === 'alone' ? text : unmarked.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  return createHash('sha256').update(item, 'latin1').digest('hex')
}
