import type { DeliveryOrder } from './delivery-order.ts'
import type { StoredMessage } from './message.ts'
import { MinHeap } from './min-heap.ts'

/** A message received this often goes to the back of a standard queue (developer guide, CloudWatch metrics). */
export const POISON_RECEIVES = 3

/**
 * Best-effort ordering of a standard queue: by arrival; a message that comes back keeps its place, and one received
 * three times or more goes to the back. Messages that are gone or taken are skipped when they come up.
 */
export class StandardOrder implements DeliveryOrder {
  #fresh: StoredMessage[] = []
  #freshHead = 0
  readonly #returned = new MinHeap<StoredMessage>((message) => message.order)
  #lastOrder = 0

  arrive(message: StoredMessage): void {
    this.#lastOrder += 1
    message.order = this.#lastOrder
    if (message.state === 'visible') this.#fresh.push(message)
  }

  release(message: StoredMessage): void {
    if (message.receivesHere >= POISON_RECEIVES) {
      this.#lastOrder += 1
      message.order = this.#lastOrder
    }
    this.#returned.push(message)
  }

  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[] {
    const taken: StoredMessage[] = []
    while (taken.length < max) {
      const next = this.#next()
      if (next === undefined) break
      if (accept(next)) taken.push(next)
    }
    return taken
  }

  clear(): void {
    this.#fresh = []
    this.#freshHead = 0
    this.#returned.clear()
  }

  #next(): StoredMessage | undefined {
    for (;;) {
      const fresh = this.#fresh[this.#freshHead]
      const returned = this.#returned.peek()
      if (fresh === undefined && returned === undefined) return undefined
      const isReturnedFirst = fresh === undefined || (returned !== undefined && returned.order < fresh.order)
      const next = isReturnedFirst ? this.#returned.pop() : this.#shiftFresh()
      if (next?.state === 'visible') return next
    }
  }

  #shiftFresh(): StoredMessage | undefined {
    const message = this.#fresh[this.#freshHead]
    this.#freshHead += 1
    if (this.#freshHead > 1024 && this.#freshHead * 2 > this.#fresh.length) {
      this.#fresh = this.#fresh.slice(this.#freshHead)
      this.#freshHead = 0
    }
    return message
  }
}
