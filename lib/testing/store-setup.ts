import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { connectEmbedded } from '#lib/store/embedded.ts'
import { migrateStore } from '#lib/store/migrate.ts'
import { openDb } from '#lib/store/db.ts'
import { postgresProblem, startPostgres, type PostgresServer } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated embedded store as a file, which a suite's own store starts from. */
    readonly embeddedTemplate: string
    /** A migrated PostgreSQL database; each suite gets a copy. Null when there is none, with the reason. */
    readonly postgresTemplate:
      | { readonly url: string }
      | { readonly url: null; /** Why there is none; `off` when that is wanted. */ readonly reason: string }
  }
}

/** Runs once before the store's tests: one migrated template a store, and one PostgreSQL server for all suites. Returns what tears them down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-template-'))
  const template = join(folder, 'embedded.tar')
  await writeEmbeddedTemplate(template)
  project.provide('embeddedTemplate', template)
  const server = await offerPostgres(project)
  return async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function writeEmbeddedTemplate(file: string): Promise<void> {
  const connector = await connectEmbedded({ dataDir: 'memory://', templateFile: null })
  await migrateStore(connector)
  writeFileSync(file, Buffer.from(await connector.dump()))
  await connector.close()
}

/** SPILLWAY_TEST_DATABASE_URL names an empty database of a server whose user may create databases; else a server is started here. */
async function offerPostgres(project: TestProject): Promise<PostgresServer | null> {
  const given = process.env.SPILLWAY_TEST_DATABASE_URL ?? ''
  if (process.env.SPILLWAY_TEST_PG === 'off') {
    project.provide('postgresTemplate', { url: null, reason: 'off' })
    return null
  }
  const problem = given === '' ? postgresProblem() : null
  if (problem !== null) {
    project.provide('postgresTemplate', { url: null, reason: problem })
    return null
  }
  const server = given === '' ? await startPostgres() : null
  const url = server?.url ?? given
  // Migrated once; a copy of a database is faster than migrating each.
  await (await openDb({ databaseUrl: url })).close()
  project.provide('postgresTemplate', { url })
  return server
}
