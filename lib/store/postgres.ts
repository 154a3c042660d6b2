import 'server-only'
import {
  Pool,
  types as pgTypes,
  type QueryArrayConfig,
  type QueryArrayResult,
  type QueryConfig,
  type QueryResult,
} from 'pg'
import { AppError } from '#lib/domain/errors.ts'
import type { Connector } from './connector.ts'
import { ormOver, type Execute, type Statement, type StatementResult } from './orm.ts'
import { isStoreUnavailable, toStoreError } from './store-errors.ts'
import { runTransaction, TransactionScope } from './transaction-scope.ts'

const CONNECT_MS = 5_000
const STATEMENT_MS = 30_000
/** Past the server's own limit, so that it counts when the server says nothing at all; statements that are asked for at once share it. */
const SILENCE_MS = 35_000
/** Detectors may fold a long history between two statements; a process that froze there loses its locks after it. */
const IDLE_IN_TRANSACTION_MS = 60_000
const CONNECTIONS = 10

const INT8_OID = 20
const asText = (text: string): string => text
/** date, timestamp, timestamptz, interval and the arrays of them: drizzle and this store convert the text themselves. */
const TEXT_OIDS: ReadonlySet<number> = new Set([1082, 1114, 1184, 1186, 1115, 1182, 1185, 1187])

/** The same values as embedded-worker.ts gives: drizzle would leave bigint a text here and a number there. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) => {
    if (TEXT_OIDS.has(oid)) return asText
    if (oid === INT8_OID) return Number
    // pg types its parsers by format; every result here is in text format.
    return pgTypes.getTypeParser(oid, format === 'binary' ? 'text' : format) as (value: string) => unknown
  },
}

interface Session {
  query(config: QueryConfig | QueryArrayConfig): Promise<QueryResult | QueryArrayResult>
}

/** A pool over a PostgreSQL server. A lost server makes each call throw `store_unavailable`; the pool connects anew by itself. */
export async function connectPostgres(databaseUrl: string): Promise<Connector> {
  const scope = new TransactionScope()
  const pool = new Pool({
    connectionString: databaseUrl,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: SILENCE_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    // Statements of one transaction that do not wait for each other go together, and are carried out in the order in which they were asked.
    pipeline: true,
    application_name: 'spillway',
    options: '-c timezone=UTC',
  })
  // An idle connection that breaks is dropped by the pool; without a listener the event would end the process.
  pool.on('error', ignoreEvent)
  const connector: Connector = {
    kind: 'postgresql',
    orm: ormOver(async (statement) => {
      scope.assertOutside()
      return executeOn(pool, statement)
    }),
    transaction: async (run) => {
      scope.assertOutside()
      return withClient(pool, (execute) => runTransaction(execute, run, (body) => scope.run(body)))
    },
    withSession: async (run) => {
      scope.assertOutside()
      return withClient(pool, (execute) => withoutTimeLimit(execute, run))
    },
    foreign: { kind: 'url', databaseUrl },
    close: () => pool.end(),
  }
  try {
    await executeOn(pool, { text: 'select 1', values: [], isArrayMode: false })
    return connector
  } catch (error) {
    await pool.end()
    throw isStoreUnavailable(error) ? error : notUsable(error)
  }
}

async function executeOn(session: Session, statement: Statement): Promise<StatementResult> {
  const config = { text: statement.text, values: [...statement.values], types }
  try {
    const result = await session.query(statement.isArrayMode ? { ...config, rowMode: 'array' } : config)
    return { rows: result.rows, rowCount: result.rowCount ?? 0 }
  } catch (error) {
    throw toStoreError(error)
  }
}

/** Hands out one connection and gives it back; a broken one is thrown away. */
async function withClient<T>(pool: Pool, run: (execute: Execute) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toStoreError(error)
  })
  // A connection that breaks between two statements says so by an event; the next statement on it fails with the reason.
  client.on('error', ignoreEvent)
  let isBroken = false
  try {
    return await run((statement) => executeOn(client, statement))
  } catch (error) {
    isBroken = isStoreUnavailable(error)
    throw error
  } finally {
    client.off('error', ignoreEvent)
    client.release(isBroken)
  }
}

async function withoutTimeLimit<T>(execute: Execute, run: (execute: Execute) => Promise<T>): Promise<T> {
  const set = (value: string): Promise<StatementResult> =>
    execute({ text: `set statement_timeout = ${value}`, values: [], isArrayMode: false })
  await set('0')
  try {
    return await run(execute)
  } finally {
    await set(String(STATEMENT_MS))
  }
}

/** Events of lost connections: the statement that meets the loss tells it. */
function ignoreEvent(): void {}

function notUsable(error: unknown): AppError {
  const message = error instanceof Error ? error.message : String(error)
  return new AppError('not_configured', `DATABASE_URL does not lead to a usable PostgreSQL: ${message}`, {
    cause: error,
  })
}
