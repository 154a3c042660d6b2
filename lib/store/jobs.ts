import 'server-only'
import { PgBoss, type ConstructorOptions } from 'pg-boss'
import { getLog } from '#lib/config/log.ts'
import type { Db } from './db.ts'

const SCHEMA = 'jobs'
const CONNECTIONS = 3

/**
 * Starts pg-boss on the store; whoever starts it stops it before the store closes. On PostgreSQL it has its own few connections and shares
 * the work with other processes; on the embedded store its statements queue with all others.
 */
export async function startBoss(db: Db): Promise<PgBoss> {
  const boss = new PgBoss({ schema: SCHEMA, ...connectionOf(db) })
  // Without a listener an error in its background work would end the process; it tries again by itself.
  boss.on('error', (error) => getLog().warn({ message: error.message }, 'the job queue could not reach its store'))
  try {
    await boss.start()
  } catch (error) {
    // What it had begun by then, its connections too, would stay.
    await boss.stop({ graceful: false }).catch(() => {})
    throw error
  }
  return boss
}

function connectionOf(db: Db): ConstructorOptions {
  const { foreign } = db
  if (foreign.kind === 'url')
    return { connectionString: foreign.databaseUrl, max: CONNECTIONS, connectionTimeoutMillis: 5_000 }
  return { backend: 'pglite', db: { executeSql: (text, values) => foreign.execute(text, values ?? []) } }
}
