import type { DeliveryOrder } from './delivery-order.ts'
import type { StoredMessage } from './message.ts'

interface Group {
  messages: StoredMessage[]
  head: number
}

/**
 * Strict order within a message group: a group gives its messages from the head up to the first one that is in flight
 * or delayed, so a message in flight blocks those behind it. Groups take turns: one that was read goes to the back.
 */
export class FifoOrder implements DeliveryOrder {
  /** In turn order. */
  readonly #groups = new Map<string, Group>()

  arrive(message: StoredMessage): void {
    const id = message.groupId ?? ''
    const group = this.#groups.get(id)
    if (group === undefined) this.#groups.set(id, { messages: [message], head: 0 })
    else group.messages.push(message)
  }

  /** Nothing to do: a message keeps its place in its group while it is in flight or delayed. */
  release(): void {}

  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[] {
    const taken: StoredMessage[] = []
    const read: [string, Group][] = []
    const emptied: string[] = []
    for (const [id, group] of this.#groups) {
      if (taken.length >= max) break
      const before = taken.length
      readGroup(group, max, { accept, taken })
      if (group.head >= group.messages.length) emptied.push(id)
      else if (taken.length > before) read.push([id, group])
    }
    for (const id of emptied) this.#groups.delete(id)
    for (const [id, group] of read) {
      this.#groups.delete(id)
      this.#groups.set(id, group)
    }
    return taken
  }

  clear(): void {
    this.#groups.clear()
  }
}

function readGroup(
  group: Group,
  max: number,
  { accept, taken }: { accept: (message: StoredMessage) => boolean; taken: StoredMessage[] },
): void {
  trimHead(group)
  for (let index = group.head; index < group.messages.length && taken.length < max; index += 1) {
    const message = group.messages[index]
    if (message === undefined || message.state === 'gone') continue
    if (message.state !== 'visible') break
    if (accept(message)) taken.push(message)
  }
  trimHead(group)
}

function trimHead(group: Group): void {
  while (group.messages[group.head]?.state === 'gone') group.head += 1
  if (group.head > 1024 && group.head * 2 > group.messages.length) {
    group.messages = group.messages.slice(group.head)
    group.head = 0
  }
}
