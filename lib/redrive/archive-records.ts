import 'server-only'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { deriveKey } from '#lib/config/derived-key.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { RecordPlace } from '#lib/store/archived-messages.ts'
import type { HeldMessage } from './held-message.ts'

/** Where the records of one archive lie. */
export interface ArchivePlace {
  /** Resolves when the bytes are there for good, with where they begin; throws what kept them from it. */
  append(bytes: Buffer): Promise<Pick<RecordPlace, 'segment' | 'position'>>
  /** Throws `not_found` where nothing is. */
  read(place: RecordPlace): Promise<Buffer>
  /** Removes all that was ever written for the archive, also what no ledger names. */
  removeAll(): Promise<void>
}

/** All that is needed to send a message again as it was. */
export type ArchivedContent = Pick<
  HeldMessage,
  'messageId' | 'body' | 'attributes' | 'traceHeader' | 'groupId' | 'sentMs' | 'receiveCount' | 'deadLetterOf'
>

export interface WrittenRecord extends RecordPlace {
  readonly messageId: string
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** The encrypted records of one archive, one a message, wherever they lie. */
export class ArchiveRecords {
  readonly #archive: number
  readonly #place: ArchivePlace
  readonly #key: Buffer

  constructor(archive: number, secret: string, place: ArchivePlace) {
    this.#archive = archive
    this.#place = place
    this.#key = deriveKey(secret, 'archive')
  }

  /** Writes messages and resolves when they are there for good. Throws what the place says; then none of them counts as written. */
  async append(messages: readonly ArchivedContent[]): Promise<WrittenRecord[]> {
    const records = messages.map((message) => seal(this.#key, message, this.#archive))
    const { segment, position: begin } = await this.#place.append(Buffer.concat(records))
    let position = begin
    return messages.map(({ messageId }, at) => {
      const bytes = records[at]?.length ?? 0
      position += bytes
      return { messageId, segment, position: position - bytes, bytes }
    })
  }

  /** Throws `not_found` when the record is not there, `not_configured` when it cannot be opened with this secret. */
  async read({ messageId, ...place }: WrittenRecord): Promise<ArchivedContent> {
    return unseal(this.#key, await this.#place.read(place), { archive: this.#archive, messageId })
  }
}

/** Bound into the ciphertext, so that no record can stand in for another. */
function associated(archive: number, messageId: string): Buffer {
  return Buffer.from(JSON.stringify([archive, messageId]))
}

function seal(key: Buffer, message: ArchivedContent, archive: number): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(archive, message.messageId))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(plainOf(message)), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
}

function unseal(
  key: Buffer,
  sealed: Buffer,
  { archive, messageId }: { readonly archive: number; readonly messageId: string },
): ArchivedContent {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAAD(associated(archive, messageId)).setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    const plain = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
    return contentOf(JSON.parse(plain.toString('utf8')))
  } catch (error) {
    throw new AppError(
      'not_configured',
      'The record cannot be decrypted: SPILLWAY_SECRET is not the one it was kept with, or the file was changed.',
      { cause: error },
    )
  }
}

/** As it is written: attributes as pairs, so that no name is special, and bytes in base64. */
interface PlainRecord extends Omit<ArchivedContent, 'attributes'> {
  readonly attributes: readonly (readonly [name: string, type: string, text: string | null, base64: string | null])[]
}

function plainOf(message: ArchivedContent): PlainRecord {
  const { messageId, body, attributes, traceHeader, groupId, sentMs, receiveCount, deadLetterOf } = message
  const pairs = Object.entries(attributes).map(
    ([name, { DataType = '', StringValue, BinaryValue }]) =>
      [
        name,
        DataType,
        StringValue ?? null,
        BinaryValue === undefined ? null : Buffer.from(BinaryValue).toString('base64'),
      ] as const,
  )
  return { messageId, body, attributes: pairs, traceHeader, groupId, sentMs, receiveCount, deadLetterOf }
}

/** Written by `plainOf` alone and authenticated, so that its type is known. */
function contentOf(plain: unknown): ArchivedContent {
  const { attributes, ...rest } = plain as PlainRecord
  const given = attributes.map(([name, DataType, text, base64]) => [
    name,
    {
      DataType,
      ...(text === null ? {} : { StringValue: text }),
      ...(base64 === null ? {} : { BinaryValue: new Uint8Array(Buffer.from(base64, 'base64')) }),
    },
  ])
  return { ...rest, attributes: Object.fromEntries(given) }
}
