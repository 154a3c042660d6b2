import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDb } from '#lib/store/db.ts'
import type { PostgresServer } from '#lib/testing/postgres-server.ts'

/** Empty stores, made once and copied for each run, since making one takes longer than most runs. */
export class StoreTemplates {
  readonly #home = mkdtempSync(join(tmpdir(), 'spillway-chaos-'))
  readonly #urls = new Map<PostgresServer, Promise<string>>()
  #folder: Promise<string> | null = null
  #copies = 0

  /** The folder of an embedded store of its own. */
  async copyFolder(): Promise<string> {
    this.#folder ??= makeEmbedded(join(this.#home, 'template'))
    this.#copies += 1
    const copy = join(this.#home, String(this.#copies))
    cpSync(await this.#folder, copy, { recursive: true })
    return copy
  }

  /** The address of a database of its own on the server. */
  async copyDatabase(server: PostgresServer): Promise<string> {
    const made = this.#urls.get(server) ?? makeDatabase(server)
    this.#urls.set(server, made)
    return server.createDatabase(await made)
  }

  drop(): void {
    rmSync(this.#home, { recursive: true, force: true })
  }
}

async function makeEmbedded(folder: string): Promise<string> {
  await (await openDb({ dataDir: folder })).close()
  return folder
}

async function makeDatabase(server: PostgresServer): Promise<string> {
  const url = await server.createDatabase()
  await (await openDb({ databaseUrl: url })).close()
  return url
}
