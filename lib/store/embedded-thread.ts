import 'server-only'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { AppError } from '#lib/domain/errors.ts'
import {
  READY_ID,
  type EmbeddedCall,
  type EmbeddedError,
  type EmbeddedOptions,
  type EmbeddedReply,
} from './embedded-protocol.ts'

type Answer = EmbeddedReply & { isOk: true }
interface Waiting {
  readonly resolve: (reply: Answer) => void
  readonly reject: (error: unknown) => void
}

/** An error of the embedded store with PostgreSQL's own fields, as `pg` gives them. */
export class EmbeddedStoreError extends Error {
  readonly code: string | null
  readonly detail: string | null
  readonly constraint: string | null

  constructor(error: EmbeddedError) {
    super(error.message)
    this.name = 'EmbeddedStoreError'
    this.code = error.code
    this.detail = error.detail
    this.constraint = error.constraint
  }
}

/** The thread that holds PGlite. Once it is gone every call throws `store_unavailable`, and `isGone` is true. */
export class EmbeddedThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #lastId = READY_ID
  isGone = false

  private constructor(options: EmbeddedOptions) {
    this.#worker = new Worker(workerFile(), {
      workerData: options,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#worker.on('message', (reply: EmbeddedReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#lose(error))
    this.#worker.on('exit', () => this.#lose(null))
  }

  /** Starts the thread and waits until the store in it is open. Throws `conflict` when another process has the folder. */
  static async start(options: EmbeddedOptions): Promise<EmbeddedThread> {
    const thread = new EmbeddedThread(options)
    try {
      await new Promise<Answer>((resolve, reject) => thread.#waiting.set(READY_ID, { resolve, reject }))
      return thread
    } catch (error) {
      await thread.#worker.terminate()
      if (!(error instanceof EmbeddedStoreError)) throw error
      if (error.code === 'folder_in_use') throw new AppError('conflict', error.message, { cause: error })
      throw new AppError(
        'store_unavailable',
        `The embedded store in ${options.dataDir} cannot be opened: ${error.message}`,
        { cause: error },
      )
    }
  }

  call(call: EmbeddedCall): Promise<Answer> {
    if (this.isGone) return Promise.reject(goneError(null))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ id, ...call }, [])
    })
  }

  async close(): Promise<void> {
    if (this.isGone) return
    await this.call({ kind: 'close' })
    await this.#worker.terminate()
  }

  #settle(reply: EmbeddedReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.isOk) waiting?.resolve(reply)
    else waiting?.reject(new EmbeddedStoreError(reply.error))
  }

  #lose(cause: Error | null): void {
    this.isGone = true
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const each of waiting) each.reject(goneError(cause))
  }
}

function goneError(cause: Error | null): AppError {
  return new AppError(
    'store_unavailable',
    'The thread of the embedded store has ended. The next call opens it again.',
    {
      cause,
    },
  )
}

function workerFile(): string {
  return join(/* turbopackIgnore: true */ process.cwd(), 'lib', 'store', 'embedded-worker.ts')
}
