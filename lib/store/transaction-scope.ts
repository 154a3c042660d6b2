import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from '#lib/domain/errors.ts'
import { transactionOver, type Execute, type Tx } from './orm.ts'
import { codeOf } from './store-errors.ts'

/** SQLSTATE of a statement in a transaction of which an earlier one failed. */
const ABORTED = '25P02'

/** Keeps the outer handle out of an open transaction of the same async context: on the embedded store it would wait for itself for ever. */
export class TransactionScope {
  readonly #open = new AsyncLocalStorage<{ isOpen: boolean }>()

  /** Throws when the caller runs inside an open transaction of this store. */
  assertOutside(): void {
    if (this.#open.getStore()?.isOpen === true)
      throw new AppError(
        'internal',
        'The store was used around its open transaction. Inside Db.transaction use the tx that it hands over.',
      )
  }

  async run<T>(run: () => Promise<T>): Promise<T> {
    const mark = { isOpen: true }
    try {
      return await this.#open.run(mark, run)
    } finally {
      mark.isOpen = false
    }
  }
}

/**
 * Runs `run` between BEGIN and COMMIT over one connection; rolls back and rethrows when it throws. A transaction that PostgreSQL has
 * given up because a failed statement was swallowed throws too, since its COMMIT would roll back without a word.
 */
export async function runTransaction<T>(
  execute: Execute,
  run: (tx: Tx) => Promise<T>,
  wrap: <R>(body: () => Promise<R>) => Promise<R>,
): Promise<T> {
  let isOver = false
  /** What a statement failed with; of those asked for at once the next are told 25P02, and whoever waits for all may hear that first. */
  const failures: unknown[] = []
  const guarded: Execute = async (statement) => {
    if (isOver) throw new AppError('internal', 'A transaction was used after its end. Await every statement inside it.')
    try {
      return await execute(statement)
    } catch (error) {
      if (failures.length === 0 || codeOf(error) !== ABORTED) failures.push(error)
      throw error
    }
  }
  await command(execute, 'begin')
  try {
    const tx = transactionOver(guarded)
    const result = await wrap(() => run(tx))
    isOver = true
    if (failures.length > 0) await assertAlive(execute)
    await command(execute, 'commit')
    return result
  } catch (error) {
    isOver = true
    await command(execute, 'rollback').catch(() => {
      // The connection is gone and the server rolls back by itself; the first error says more than this one.
    })
    throw codeOf(error) === ABORTED ? (failures.at(-1) ?? error) : error
  }
}

async function command(execute: Execute, text: string): Promise<void> {
  await execute({ text, values: [], isArrayMode: false })
}

/** A failed statement is harmless only after ROLLBACK TO a savepoint; else any statement now gives 25P02. */
async function assertAlive(execute: Execute): Promise<void> {
  try {
    await command(execute, 'select 1')
  } catch (error) {
    if (codeOf(error) !== ABORTED) throw error
    throw new AppError(
      'internal',
      'A statement of the transaction failed and its error was swallowed; nothing was kept.',
      {
        cause: error,
      },
    )
  }
}
