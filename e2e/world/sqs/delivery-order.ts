import type { StoredMessage } from './message.ts'

/** Decides which visible message a receive gets next. */
export interface DeliveryOrder {
  /** A message arrived in the queue, visible or delayed. */
  arrive(message: StoredMessage): void
  /** A delayed or in-flight message became visible. */
  release(message: StoredMessage): void
  /**
   * Offers visible messages in order until `max` were accepted. `accept` either marks the message in flight and says
   * true, or disposes of it (a move to the dead-letter queue) and says false.
   */
  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[]
  clear(): void
}
