import type { OperationAnswer } from './operation.ts'
import type { Queue } from './queue.ts'

interface Waiter {
  readonly attempt: () => OperationAnswer[]
  readonly finish: (messages: OperationAnswer[]) => void
}

/** The long polls that wait on a queue, first come first served. */
class Waiters {
  readonly #queue: Queue
  readonly #waiting = new Set<Waiter>()
  #timer: NodeJS.Timeout | undefined
  #isServingSoon = false

  constructor(queue: Queue) {
    this.#queue = queue
    queue.onVisible = () => this.#serveSoon()
  }

  add(waiter: Waiter): void {
    this.#waiting.add(waiter)
    this.#watchClock()
  }

  remove(waiter: Waiter): void {
    this.#waiting.delete(waiter)
    if (this.#waiting.size === 0) clearTimeout(this.#timer)
  }

  /** After the current operation, so that a whole batch is there and no queue is read in the middle of a move. */
  #serveSoon(): void {
    if (this.#isServingSoon || this.#waiting.size === 0) return
    this.#isServingSoon = true
    queueMicrotask(() => {
      this.#isServingSoon = false
      this.#serve()
    })
  }

  #serve(): void {
    this.#queue.settle()
    for (const waiter of this.#waiting) {
      const messages = this.#queue.isDeleted ? [] : waiter.attempt()
      if (messages.length === 0 && !this.#queue.isDeleted) break
      waiter.finish(messages)
    }
    this.#watchClock()
  }

  /** Wakes when the next delayed or in-flight message is due; without waiters no timer runs. */
  #watchClock(): void {
    clearTimeout(this.#timer)
    const dueAtMs = this.#queue.nextDueAtMs
    if (dueAtMs === undefined || this.#waiting.size === 0) return
    this.#timer = setTimeout(() => this.#serve(), Math.max(1, dueAtMs - this.#queue.now()))
  }
}

const waitersOf = new WeakMap<Queue, Waiters>()

/** Waits until `attempt` brings messages, at most `waitMs`, or until the caller hangs up or the queue is deleted. */
export function waitForMessages(
  queue: Queue,
  wait: { attempt: () => OperationAnswer[]; waitMs: number; onHangUp: (callback: () => void) => void },
): Promise<OperationAnswer[]> {
  const waiters = waitersOf.get(queue) ?? new Waiters(queue)
  waitersOf.set(queue, waiters)
  return new Promise((resolve) => {
    const finish = (messages: OperationAnswer[]): void => {
      clearTimeout(timer)
      waiters.remove(waiter)
      resolve(messages)
    }
    const waiter: Waiter = { attempt: wait.attempt, finish }
    const timer = setTimeout(() => finish([]), wait.waitMs)
    waiters.add(waiter)
    wait.onHangUp(() => finish([]))
  })
}
