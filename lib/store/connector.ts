import type { Execute, StatementResult, Tx } from './orm.ts'

/** What each of the two stores gives; `db.ts` makes a `Db` of it. */
export interface Connector {
  readonly kind: 'embedded' | 'postgresql'
  readonly orm: Tx
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** One connection for the length of `run`, without a transaction and without a time limit on statements. */
  withSession<T>(run: (execute: Execute) => Promise<T>): Promise<T>
  readonly foreign: ForeignAccess
  close(): Promise<void>
}

/** How a library with SQL of its own (pg-boss) reaches the store. */
export type ForeignAccess =
  | { readonly kind: 'url'; readonly databaseUrl: string }
  /** Several statements at once when there are no values (all their rows come back), and the driver's own JavaScript values. */
  | { readonly kind: 'execute'; execute(text: string, values: readonly unknown[]): Promise<StatementResult> }
