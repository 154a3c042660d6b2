import 'server-only'
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '#lib/domain/errors.ts'
import type { RecordPlace } from '#lib/store/archived-messages.ts'
import type { ArchivePlace } from './archive-records.ts'

const ENDING = '.spillway'

/**
 * An archive in files of a folder. A process writes to a file that it alone made. Another process, also after a kill, begins a file of its
 * own, so that nobody writes over what is there and a torn end harms nothing: only what the ledger names is ever read.
 */
export class ArchiveFolder implements ArchivePlace {
  readonly #folder: string
  /** What its files' names begin with. */
  readonly #prefix: string
  #file: { readonly path: string; readonly name: string; position: number } | null = null

  constructor(folder: string, archive: number) {
    this.#folder = folder
    this.#prefix = `archive-${archive}-`
  }

  /** Resolves when the disk has them. Throws what the file system says. */
  async append(bytes: Buffer): Promise<Pick<RecordPlace, 'segment' | 'position'>> {
    const file = (this.#file ??= await this.#create())
    const { name: segment, position } = file
    // Where the file ends after a failure nobody knows: then the next records go to another one.
    this.#file = null
    await appendSurely(file.path, bytes)
    file.position = position + bytes.length
    this.#file = file
    return { segment, position }
  }

  async read({ segment, position, bytes }: RecordPlace): Promise<Buffer> {
    const read = Buffer.alloc(bytes)
    const file = await open(join(this.#folder, basename(segment)), 'r').catch((error: unknown) => {
      throw new AppError('not_found', `The file ${segment} is not in ${this.#folder}.`, { cause: error })
    })
    try {
      await file.read(read, 0, bytes, position)
    } finally {
      await file.close()
    }
    return read
  }

  async removeAll(): Promise<void> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    })
    for (const name of names)
      if (name.startsWith(this.#prefix) && name.endsWith(ENDING)) await rm(join(this.#folder, name), { force: true })
  }

  async #create(): Promise<{ path: string; name: string; position: number }> {
    const folder = this.#folder
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const name = `${this.#prefix}${randomUUID()}${ENDING}`
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
