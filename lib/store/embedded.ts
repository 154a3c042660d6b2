import 'server-only'
import { EmbeddedThread } from './embedded-thread.ts'
import type { EmbeddedOptions } from './embedded-protocol.ts'
import { Mutex } from './mutex.ts'
import { ormOver, type Execute, type Statement, type StatementResult } from './orm.ts'
import { runTransaction, TransactionScope } from './transaction-scope.ts'
import type { Connector } from './connector.ts'

/** PGlite in a thread of this process: one session, so a mutex orders statements and is held over each transaction. */
export interface EmbeddedConnector extends Connector {
  /** The whole store as a tar file, for tests that start from it. */
  dump(): Promise<ArrayBuffer>
}

export async function connectEmbedded(options: EmbeddedOptions): Promise<EmbeddedConnector> {
  const scope = new TransactionScope()
  const mutex = new Mutex()
  let thread: EmbeddedThread | null = await EmbeddedThread.start(options)
  let isClosed = false

  /** The open thread; opens the store anew when its thread died (never twice: only the holder of the mutex calls it). */
  const live = async (): Promise<EmbeddedThread> => {
    if (thread === null || (thread.isGone && !isClosed)) thread = await EmbeddedThread.start(options)
    return thread
  }
  const execute: Execute = async (statement) => queryOf(await live(), statement, true)
  const outside = <T>(task: () => Promise<T>): Promise<T> => {
    scope.assertOutside()
    return mutex.run(task)
  }

  return {
    kind: 'embedded',
    orm: ormOver(async (statement) => outside(() => execute(statement))),
    transaction: (run) => {
      scope.assertOutside()
      return mutex.run(async () => {
        const own = await live()
        return runTransaction(
          (statement) => queryOf(own, statement, true),
          run,
          (body) => scope.run(body),
        )
      })
    },
    withSession: (run) => outside(() => run(execute)),
    foreign: { kind: 'execute', execute: (text, values) => outside(async () => foreignOf(await live(), text, values)) },
    dump: () =>
      outside(async () => {
        const reply = await (await live()).call({ kind: 'dump' })
        if (!('dump' in reply)) throw new Error('the embedded store answered a dump with rows')
        return reply.dump
      }),
    close: () =>
      mutex.run(async () => {
        isClosed = true
        await thread?.close()
      }),
  }
}

async function queryOf(thread: EmbeddedThread, statement: Statement, isRaw: boolean): Promise<StatementResult> {
  const reply = await thread.call({ kind: 'query', ...statement, isRaw })
  return 'rows' in reply ? { rows: reply.rows, rowCount: reply.rowCount } : { rows: [], rowCount: 0 }
}

/** A failed statement inside a block of several leaves its transaction open, which the one session would carry on: it is rolled back. */
async function foreignOf(thread: EmbeddedThread, text: string, values: readonly unknown[]): Promise<StatementResult> {
  try {
    if (values.length > 0) return await queryOf(thread, { text, values, isArrayMode: false }, false)
    const reply = await thread.call({ kind: 'exec', text })
    return 'rows' in reply ? { rows: reply.rows, rowCount: reply.rowCount } : { rows: [], rowCount: 0 }
  } catch (error) {
    await thread.call({ kind: 'exec', text: 'rollback' }).catch(() => {
      // The thread is gone, and its transaction with it; the first error says so.
    })
    throw error
  }
}
