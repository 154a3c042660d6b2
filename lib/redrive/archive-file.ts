import 'server-only'
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { deriveKey } from '#lib/config/derived-key.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { RecordPlace } from '#lib/store/archived-messages.ts'
import type { HeldMessage } from './held-message.ts'

/** Where archives lie and with what they are encrypted. */
export interface ArchiveStore {
  readonly folder: string
  readonly secret: string
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

/**
 * A file of an archive that this process alone writes: one encrypted record a message. Another process, also after a kill, begins a file of
 * its own, so that nobody writes over what is there and a torn end harms nothing: only what the ledger names is ever read.
 */
export class ArchiveSegment {
  readonly #archive: number
  readonly #store: ArchiveStore
  #file: { readonly path: string; readonly name: string; position: number } | null = null

  constructor(archive: number, store: ArchiveStore) {
    this.#archive = archive
    this.#store = store
  }

  /** Writes messages and resolves when the disk has them. Throws what the file system says; then none of them counts as written. */
  async append(messages: readonly ArchivedContent[]): Promise<WrittenRecord[]> {
    const segment = (this.#file ??= await this.#create())
    const key = keyOf(this.#store)
    let { position } = segment
    const records = messages.map((message) => {
      const record = seal(key, message, this.#archive)
      const written = { messageId: message.messageId, segment: segment.name, position, bytes: record.length }
      position += record.length
      return { record, written }
    })
    // Where the file ends after a failure nobody knows: then the next records go to another one.
    this.#file = null
    await appendSurely(segment.path, Buffer.concat(records.map(({ record }) => record)))
    segment.position = position
    this.#file = segment
    return records.map(({ written }) => written)
  }

  async #create(): Promise<{ path: string; name: string; position: number }> {
    const { folder } = this.#store
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const name = `${prefixOf(this.#archive)}${randomUUID()}${ENDING}`
    const path = join(folder, name)
    await (await open(path, 'wx', 0o600)).close()
    // A file whose name is not on the disk is lost with its content.
    for (const place of [folder, dirname(folder)]) {
      const directory = await open(place, 'r')
      try {
        await directory.sync()
      } finally {
        await directory.close()
      }
    }
    return { path, name, position: 0 }
  }
}

async function appendSurely(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'a')
  try {
    await file.appendFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

const ENDING = '.spillway'

function prefixOf(archive: number): string {
  return `archive-${archive}-`
}

/** Reads one record. Throws `not_found` when the file is not there, `not_configured` when it cannot be opened with this secret. */
export async function readRecord(
  store: ArchiveStore,
  archive: number,
  { messageId, segment, position, bytes }: RecordPlace & { readonly messageId: string },
): Promise<ArchivedContent> {
  const sealed = Buffer.alloc(bytes)
  const file = await open(join(store.folder, basename(segment)), 'r').catch((error: unknown) => {
    throw new AppError('not_found', `The file ${segment} is not in ${store.folder}.`, { cause: error })
  })
  try {
    await file.read(sealed, 0, bytes, position)
  } finally {
    await file.close()
  }
  return unseal(keyOf(store), sealed, { archive, messageId })
}

/** Removes every file of the archive, also those with records that no ledger names. */
export async function removeSegments({ folder }: Pick<ArchiveStore, 'folder'>, archive: number): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names)
    if (name.startsWith(prefixOf(archive)) && name.endsWith(ENDING)) await rm(join(folder, name), { force: true })
}

function keyOf({ secret }: ArchiveStore): Buffer {
  return deriveKey(secret, 'archive')
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
