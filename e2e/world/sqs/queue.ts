import type { DeliveryOrder } from './delivery-order.ts'
import { FifoOrder } from './fifo-order.ts'
import { Deduplication } from './deduplication.ts'
import type { SqsLimits } from './limits.ts'
import type { MessageContent, MessageHistory, StoredMessage } from './message.ts'
import { MinHeap } from './min-heap.ts'
import { defaultAttributes, settingsOf } from './queue-attributes.ts'
import type { QueueSettings } from './queue-attributes.ts'
import { newQueueToken } from './receipt-handle.ts'
import { nextSequenceNumber } from './sequence-number.ts'
import { StandardOrder } from './standard-order.ts'

/** Totals since the queue was made, for the metrics of CloudWatch. */
export interface QueueCounters {
  /** Automatic moves into a dead-letter queue are not counted, duplicates that a FIFO queue dropped neither. */
  sent: number
  sentBytes: number
  received: number
  emptyReceives: number
  /** Every successful deletion, repeated ones included. */
  deleted: number
}

interface Alarm {
  readonly dueAtMs: number
  readonly version: number
  readonly message: StoredMessage
}

export interface QueueOptions {
  readonly name: string
  readonly arn: string
  readonly limits: SqsLimits
  readonly now: () => number
}

/** One queue: its messages, their states and clocks. Knows nothing of requests. */
export class Queue {
  readonly name: string
  readonly arn: string
  readonly token = newQueueToken()
  readonly isFifo: boolean
  readonly createdAtMs: number
  readonly limits: SqsLimits
  readonly now: () => number
  readonly deduplication: Deduplication
  readonly tags = new Map<string, string>()
  readonly counters: QueueCounters = { sent: 0, sentBytes: 0, received: 0, emptyReceives: 0, deleted: 0 }
  readonly counts = { visible: 0, delayed: 0, inFlight: 0 }
  lastModifiedAtMs: number
  lastActionAtMs: number
  lastPurgeAtMs = Number.NEGATIVE_INFINITY
  isDeleted = false
  /** Called when messages became visible; the long polls of this queue. */
  onVisible: (() => void) | undefined
  #attributes: Map<string, string>
  #settings: QueueSettings
  readonly #messages = new Map<number, StoredMessage>()
  readonly #order: DeliveryOrder
  readonly #alarms = new MinHeap<Alarm>((alarm) => alarm.dueAtMs)
  readonly #oldest = new MinHeap<StoredMessage>((message) => message.retainedFromMs)
  #lastKey = 0

  constructor(options: QueueOptions) {
    this.name = options.name
    this.arn = options.arn
    this.limits = options.limits
    this.now = options.now
    this.isFifo = options.name.endsWith('.fifo')
    this.createdAtMs = options.now()
    this.lastModifiedAtMs = this.createdAtMs
    this.lastActionAtMs = this.createdAtMs
    this.deduplication = new Deduplication(options.limits.deduplicationSeconds * 1000)
    this.#attributes = defaultAttributes(this.isFifo)
    this.#settings = settingsOf(this.#attributes)
    this.#order = this.isFifo ? new FifoOrder() : new StandardOrder()
  }

  get settings(): QueueSettings {
    return this.#settings
  }

  get attributes(): ReadonlyMap<string, string> {
    return this.#attributes
  }

  set attributes(attributes: Map<string, string>) {
    this.#attributes = attributes
    this.#settings = settingsOf(attributes)
    this.lastModifiedAtMs = this.now()
  }

  /** When the next delayed or in-flight message is due, undefined without one. */
  get nextDueAtMs(): number | undefined {
    return this.#alarms.peek()?.dueAtMs
  }

  /** Every message that is not gone, in the order of arrival. */
  messages(): IterableIterator<StoredMessage> {
    return this.#messages.values()
  }

  get(key: number): StoredMessage | undefined {
    return this.#messages.get(key)
  }

  /** Puts a message in; `history` is that of a new message unless it was moved here. */
  insert(content: MessageContent, delaySeconds: number, history?: MessageHistory): StoredMessage {
    const now = this.now()
    this.#lastKey += 1
    const isDelayed = delaySeconds > 0
    const message: StoredMessage = {
      ...content,
      key: this.#lastKey,
      arrivedAtMs: now,
      sentAtMs: history?.sentAtMs ?? now,
      retainedFromMs: history?.retainedFromMs ?? now,
      receiveCount: history?.receiveCount ?? 0,
      firstReceivedAtMs: history?.firstReceivedAtMs,
      deadLetterSourceArn: history?.deadLetterSourceArn,
      sequenceNumber: this.isFifo ? nextSequenceNumber(now) : undefined,
      state: isDelayed ? 'delayed' : 'visible',
      order: 0,
      receivesHere: 0,
      lastReceivedAtMs: 0,
      dueAtMs: 0,
      dueVersion: 0,
    }
    this.#messages.set(message.key, message)
    this.#order.arrive(message)
    this.#oldest.push(message)
    if (isDelayed) {
      this.counts.delayed += 1
      this.#setAlarm(message, now + delaySeconds * 1000)
    } else this.counts.visible += 1
    this.onVisible?.()
    return message
  }

  /** Lets time pass: what expired goes, what is due becomes visible. Called before every operation. */
  settle(): void {
    const now = this.now()
    this.#expire(now)
    let isAnyReleased = false
    for (let alarm = this.#alarms.peek(); alarm !== undefined && alarm.dueAtMs <= now; alarm = this.#alarms.peek()) {
      this.#alarms.pop()
      if (alarm.version !== alarm.message.dueVersion || alarm.message.state === 'gone') continue
      this.release(alarm.message)
      isAnyReleased = true
    }
    if (isAnyReleased) this.onVisible?.()
  }

  /** Offers visible messages in delivery order; see DeliveryOrder.take. */
  take(max: number, accept: (message: StoredMessage) => boolean): StoredMessage[] {
    return this.counts.visible === 0 ? [] : this.#order.take(max, accept)
  }

  /** Makes a message invisible until `untilMs`. */
  hide(message: StoredMessage, untilMs: number): void {
    if (message.state === 'visible') this.counts.visible -= 1
    if (message.state !== 'in-flight') this.counts.inFlight += 1
    message.state = 'in-flight'
    this.#setAlarm(message, untilMs)
  }

  /** Makes a delayed or in-flight message visible. */
  release(message: StoredMessage): void {
    if (message.state === 'in-flight') this.counts.inFlight -= 1
    else if (message.state === 'delayed') this.counts.delayed -= 1
    else return
    message.state = 'visible'
    message.dueVersion += 1
    this.counts.visible += 1
    this.#order.release(message)
  }

  /** Takes a message out for good. */
  remove(message: StoredMessage): void {
    if (message.state === 'visible') this.counts.visible -= 1
    else if (message.state === 'in-flight') this.counts.inFlight -= 1
    else if (message.state === 'delayed') this.counts.delayed -= 1
    else return
    message.state = 'gone'
    this.#messages.delete(message.key)
    this.#forgetGone()
  }

  /** Takes everything out, delayed and in flight too, and forgets the deduplication ids. */
  purge(): void {
    for (const message of this.#messages.values()) message.state = 'gone'
    this.#messages.clear()
    this.#order.clear()
    this.#alarms.clear()
    this.#oldest.clear()
    this.deduplication.clear()
    this.counts.visible = 0
    this.counts.delayed = 0
    this.counts.inFlight = 0
    this.lastPurgeAtMs = this.now()
  }

  #setAlarm(message: StoredMessage, dueAtMs: number): void {
    message.dueAtMs = dueAtMs
    message.dueVersion += 1
    this.#alarms.push({ dueAtMs, version: message.dueVersion, message })
  }

  #expire(now: number): void {
    const bornBefore = now - this.#settings.retentionSeconds * 1000
    for (let oldest = this.#oldest.peek(); oldest !== undefined; oldest = this.#oldest.peek()) {
      if (oldest.state !== 'gone' && oldest.retainedFromMs > bornBefore) return
      this.#oldest.pop()
      this.remove(oldest)
    }
  }

  /** The heaps hold what is gone until it comes up; this keeps them from outgrowing the queue. */
  #forgetGone(): void {
    const bound = this.#messages.size * 2 + 4096
    if (this.#oldest.size > bound) this.#oldest.retain((message) => message.state !== 'gone')
    if (this.#alarms.size > bound) {
      this.#alarms.retain(({ message, version }) => message.state !== 'gone' && message.dueVersion === version)
    }
  }
}
