import type { Execute, StatementResult, Tx } from './orm.ts'

/** What each of the two stores gives; `db.ts` makes a `Db` of it. */
export interface Connector {
  readonly kind: 'embedded' | 'postgresql'
  readonly orm: Tx
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /** One connection for the length of `run`, without a transaction and without a time limit on statements. */
  withSession<T>(run: (execute: Execute) => Promise<T>): Promise<T>
  /** Statements that others wrote (pg-boss): several at once when there are no values, and the driver's own JavaScript values back. */
  executeForeign(text: string, values: readonly unknown[]): Promise<StatementResult>
  close(): Promise<void>
}
