import 'server-only'
import { createTableRelationsHelpers, DrizzleQueryError, extractTablesRelationalConfig } from 'drizzle-orm'
import type { ExtractTablesWithRelations, RelationalSchemaConfig } from 'drizzle-orm'
import { NodePgDatabase, NodePgSession, NodePgTransaction, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres'
import { PgDialect, type PgDatabase, type PgPreparedQuery, type PreparedQueryConfig } from 'drizzle-orm/pg-core'
import type { PoolClient } from 'pg'
import * as schema from './schema.ts'

type Tables = ExtractTablesWithRelations<typeof schema>

/** What every function of the store takes first: a transaction, or `Db.orm` outside of one. One type for both stores. */
export type Tx = PgDatabase<NodePgQueryResultHKT, typeof schema, Tables>

/** One statement as the store sends it. Text, numbers, booleans, null and arrays of these only, so that both stores encode them alike. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
  /** Rows as arrays in column order instead of objects. */
  readonly isArrayMode: boolean
}

export interface StatementResult {
  readonly rows: unknown[]
  readonly rowCount: number
}

export type Execute = (statement: Statement) => Promise<StatementResult>

/** The query builder over any connection that executes statements. */
export function ormOver(execute: Execute): Tx {
  return new NodePgDatabase(dialect, sessionOver(execute), relations)
}

/** The query builder inside a transaction that the caller has begun; its own `transaction` makes savepoints. */
export function transactionOver(execute: Execute): Tx {
  return new NodePgTransaction(dialect, sessionOver(execute), relations)
}

const dialect = new PgDialect()
const relations: RelationalSchemaConfig<Tables> & { fullSchema: typeof schema } = {
  fullSchema: schema,
  ...tableNames(),
}

function tableNames(): { schema: Tables; tableNamesMap: Record<string, string> } {
  const { tables, tableNamesMap } = extractTablesRelationalConfig<Tables>(schema, createTableRelationsHelpers)
  return { schema: tables, tableNamesMap }
}

type Session = NodePgSession<typeof schema, Tables>

/** Throws the store's own error: drizzle's wrapper has every parameter in its message, and parameters can be personal data. */
class StoreSession extends NodePgSession<typeof schema, Tables> {
  override prepareQuery<T extends PreparedQueryConfig>(
    ...args: Parameters<Session['prepareQuery']>
  ): PgPreparedQuery<T> {
    const prepared = super.prepareQuery<T>(...args)
    const execute = prepared.execute.bind(prepared)
    prepared.execute = async (values) => execute(values).catch(throwOwn)
    return prepared
  }
}

function throwOwn(error: unknown): never {
  throw error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error
}

function sessionOver(execute: Execute): StoreSession {
  return new StoreSession(asPgClient(execute), dialect, relations)
}

// drizzle's session asks nothing of its client but `query(config, values)` with these two fields; the rest of pg's client is never touched.
function asPgClient(execute: Execute): PoolClient {
  const client = {
    query: (config: { readonly text: string; readonly rowMode?: string }, values: readonly unknown[]) =>
      execute({ text: config.text, values, isArrayMode: config.rowMode === 'array' }),
  }
  return client as unknown as PoolClient
}
