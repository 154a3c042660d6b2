import 'server-only'
import { resolve } from 'node:path'
import { loadEnv } from '#lib/config/env.ts'
import { dropSingleton, singleton } from '#lib/config/singleton.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { Connector, ForeignAccess } from './connector.ts'
import { connectEmbedded } from './embedded.ts'
import { migrateStore } from './migrate.ts'
import type { Tx } from './orm.ts'
import { PartitionBook } from './partition-book.ts'
import { ensurePartitions } from './partitions.ts'
import { connectPostgres } from './postgres.ts'

export type { Tx } from './orm.ts'
export { isStoreUnavailable } from './store-errors.ts'

/** The store of this process: PGlite in a thread, or PostgreSQL. */
export interface Db {
  readonly kind: 'embedded' | 'postgresql'
  /** Outside of transactions; throws when used inside a transaction of the same async context. */
  readonly orm: Tx
  /** Commits when `run` resolves, rolls back when it throws. `tx.transaction` inside makes a savepoint. */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** For libraries with SQL of their own. */
  readonly foreign: ForeignAccess
  close(): Promise<void>
}

export interface OpenOptions {
  /** A PostgreSQL; wins over `dataDir`. */
  readonly databaseUrl?: string | undefined
  /** Folder of the embedded store, made when missing; `memory://` keeps nothing. */
  readonly dataDir?: string | undefined
  /** Dumped embedded store to start from instead of an empty one. */
  readonly templateFile?: string | undefined
}

const IN_MEMORY = 'memory://'
const MONTH_MS = 31 * 86_400_000

/**
 * Opens and migrates a store. Throws `store_unavailable` when the server does not answer, `conflict` when another process has the folder,
 * `not_configured` when the URL cannot be used.
 */
export async function openDb(options: OpenOptions): Promise<Db> {
  const connector = await connect(options)
  try {
    await migrateStore(connector)
    const db = dbOver(connector)
    await ensurePartitions(db, Date.now(), Date.now() + MONTH_MS)
    return db
  } catch (error) {
    await connector.close()
    throw error
  }
}

/** This process's store, opened at the first call. A failed opening is tried again by the next call; it is never open twice. */
export async function getDb(): Promise<Db> {
  const slot = dbSlot()
  slot.opening ??= openFromEnv().catch((error: unknown) => {
    slot.opening = null
    throw error
  })
  return slot.opening
}

/** Closes this process's store, if it is open; the next `getDb` opens it again. */
export async function closeDb(): Promise<void> {
  const { opening } = dbSlot()
  dropSingleton(SLOT)
  if (opening === null) return
  const db = await opening.catch(() => null)
  await db?.close()
}

const SLOT = 'db'

function dbSlot(): { opening: Promise<Db> | null } {
  return singleton<{ opening: Promise<Db> | null }>(SLOT, () => ({ opening: null }))
}

async function openFromEnv(): Promise<Db> {
  const { env, problems } = loadEnv()
  // A mistyped DATABASE_URL must not send data into the embedded store.
  const problem = problems.find(({ name }) => name === 'DATABASE_URL')
  if (problem !== undefined) throw new AppError('not_configured', problem.message)
  return openDb({ databaseUrl: env.DATABASE_URL, dataDir: env.SPILLWAY_DATA_DIR })
}

async function connect(options: OpenOptions): Promise<Connector> {
  if (options.databaseUrl !== undefined) return connectPostgres(options.databaseUrl)
  const dataDir = options.dataDir ?? IN_MEMORY
  return connectEmbedded({
    dataDir: dataDir === IN_MEMORY ? dataDir : resolve(/* turbopackIgnore: true */ process.cwd(), dataDir),
    templateFile: options.templateFile ?? null,
  })
}

/** Adds to a connector what both stores share: which partitions are known, and `orm.transaction` that cannot leave the mutex. */
function dbOver(connector: Connector): Db {
  const book = new PartitionBook()
  const transaction = async <T>(run: (tx: Tx) => Promise<T>): Promise<T> => {
    const page = book.newPage()
    const result = await connector.transaction(async (tx) => {
      page.open(tx)
      return run(tx)
    })
    page.commit()
    return result
  }
  // Without this, drizzle would send BEGIN over whatever connection is free.
  Object.defineProperty(connector.orm, 'transaction', { value: transaction })
  return {
    kind: connector.kind,
    orm: connector.orm,
    transaction,
    foreign: connector.foreign,
    close: () => connector.close(),
  }
}
