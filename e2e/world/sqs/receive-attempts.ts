import type { StoredMessage } from './message.ts'
import type { Queue } from './queue.ts'

export interface ReceivedOnce {
  readonly message: StoredMessage
  readonly handle: string
}

interface Attempt {
  readonly atMs: number
  readonly receipts: readonly (ReceivedOnce & { readonly receive: number; readonly dueVersion: number })[]
}

/** The receives of a FIFO queue that can be repeated by their ReceiveRequestAttemptId. */
export class ReceiveAttempts {
  readonly #queue: Queue
  readonly #attempts = new Map<string, Attempt>()

  constructor(queue: Queue) {
    this.#queue = queue
  }

  remember(attemptId: string, receipts: readonly ReceivedOnce[]): void {
    const now = this.#queue.now()
    const intervalMs = this.#queue.limits.receiveAttemptSeconds * 1000
    for (const [id, { atMs }] of this.#attempts) if (now - atMs >= intervalMs) this.#attempts.delete(id)
    const kept = receipts.map((receipt) => ({
      ...receipt,
      receive: receipt.message.receivesHere,
      dueVersion: receipt.message.dueVersion,
    }))
    this.#attempts.set(attemptId, { atMs: now, receipts: kept })
  }

  /**
   * The same messages and handles once more, their visibility timeout started anew. Undefined when the attempt is
   * unknown or too old, or when a message of it was deleted, changed or became visible since.
   */
  repeat(attemptId: string, { visibilitySeconds }: { visibilitySeconds: number }): ReceivedOnce[] | undefined {
    const attempt = this.#attempts.get(attemptId)
    const now = this.#queue.now()
    if (attempt === undefined || now - attempt.atMs >= this.#queue.limits.receiveAttemptSeconds * 1000) return undefined
    const isUntouched = attempt.receipts.every(
      ({ message, receive, dueVersion }) =>
        message.state === 'in-flight' && message.receivesHere === receive && message.dueVersion === dueVersion,
    )
    if (!isUntouched) return undefined
    for (const { message } of attempt.receipts) this.#queue.hide(message, now + visibilitySeconds * 1000)
    const receipts = attempt.receipts.map((receipt) => ({ ...receipt, dueVersion: receipt.message.dueVersion }))
    this.#attempts.set(attemptId, { atMs: attempt.atMs, receipts })
    return receipts
  }
}
