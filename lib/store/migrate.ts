import 'server-only'
import { join } from 'node:path'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { Connector } from './connector.ts'
import { ormOver, type Execute, type Tx } from './orm.ts'
import type * as schema from './schema.ts'

/** Any number that nobody else uses: several processes that start at once migrate one after the other. */
const ADVISORY_LOCK = 735_011

/** Brings the store's tables up to date; does nothing when they are. Safe when several processes start at once. */
export async function migrateStore(connector: Connector): Promise<void> {
  await connector.withSession(async (execute) => {
    await command(execute, `select pg_advisory_lock(${ADVISORY_LOCK})`)
    try {
      await migrate(asMigratable(ormOver(execute)), {
        migrationsFolder: join(/* turbopackIgnore: true */ process.cwd(), 'lib', 'store', 'migrations'),
      })
    } finally {
      await command(execute, `select pg_advisory_unlock(${ADVISORY_LOCK})`)
    }
  })
}

async function command(execute: Execute, text: string): Promise<void> {
  await execute({ text, values: [], isArrayMode: false })
}

// ormOver makes a NodePgDatabase; Tx is its wider type, so that transactions fit too.
function asMigratable(orm: Tx): NodePgDatabase<typeof schema> {
  return orm
}
