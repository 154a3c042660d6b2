import { AWS_LIMITS } from './limits.ts'
import type { SqsLimits } from './limits.ts'
import type { MessageAttributes } from './message-attributes.ts'
import type { MessageState, StoredMessage } from './message.ts'
import { MoveTasks } from './move-tasks.ts'
import { Queue } from './queue.ts'
import type { QueueCounters } from './queue.ts'
import { queueDoesNotExist } from './sqs-error.ts'
import { POISON_RECEIVES } from './standard-order.ts'

/** What CloudWatch's publisher reads of a queue. */
export interface QueueMeasure {
  readonly visible: number
  readonly notVisible: number
  readonly delayed: number
  /**
   * ApproximateAgeOfOldestMessage: since the message arrived in this queue (in a dead-letter queue: since the move);
   * on standard queues messages received three times or more are left out. 0 without one.
   */
  readonly oldestAgeSeconds: number
  readonly counters: Readonly<QueueCounters>
  readonly lastActionAtMs: number
  readonly createdAtMs: number
}

/** A message as a test sees it, without receiving it. */
export interface PeekedMessage {
  readonly messageId: string
  readonly body: string
  readonly attributes: MessageAttributes
  readonly state: Exclude<MessageState, 'gone'>
  readonly sentAtMs: number
  readonly arrivedAtMs: number
  readonly receiveCount: number
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  readonly sequenceNumber: string | undefined
  readonly traceHeader: string | undefined
  readonly deadLetterSourceArn: string | undefined
}

export interface SqsStoreOptions {
  readonly region: string
  readonly accountId: string
  readonly limits?: Partial<SqsLimits> | undefined
  /** The clock, epoch milliseconds. Long polls and move tasks wait on real timers whatever it says. */
  readonly now?: (() => number) | undefined
}

/** Every queue of one account in one region. */
export class SqsStore {
  readonly region: string
  readonly accountId: string
  readonly limits: SqsLimits
  readonly now: () => number
  readonly moveTasks: MoveTasks
  /** Address before `/<account>/<queue>` in queue URLs; set once the server listens. */
  baseUrl = 'http://127.0.0.1'
  readonly #queues = new Map<string, Queue>()
  readonly #deletedAtMs = new Map<string, number>()

  constructor(options: SqsStoreOptions) {
    this.region = options.region
    this.accountId = options.accountId
    this.limits = { ...AWS_LIMITS, ...options.limits }
    this.now = options.now ?? Date.now
    this.moveTasks = new MoveTasks(this)
  }

  listQueueNames(): string[] {
    return [...this.#queues.keys()].sort()
  }

  /** Throws QueueDoesNotExist. */
  measure(queueName: string): QueueMeasure {
    const queue = this.getQueue(queueName)
    queue.settle()
    return {
      visible: queue.counts.visible,
      notVisible: queue.counts.inFlight,
      delayed: queue.counts.delayed,
      oldestAgeSeconds: oldestAgeSeconds(queue, this.now()),
      counters: { ...queue.counters },
      lastActionAtMs: queue.lastActionAtMs,
      createdAtMs: queue.createdAtMs,
    }
  }

  /** Every message of a queue in the order of arrival, whatever its state. Throws QueueDoesNotExist. */
  peekAll(queueName: string): PeekedMessage[] {
    const queue = this.getQueue(queueName)
    queue.settle()
    return [...queue.messages()].flatMap(peeked)
  }

  findQueue(name: string): Queue | undefined {
    return this.#queues.get(name)
  }

  getQueue(name: string): Queue {
    const queue = this.#queues.get(name)
    if (queue === undefined) throw queueDoesNotExist()
    return queue
  }

  findByArn(arn: string): Queue | undefined {
    const name = arn.split(':').at(-1) ?? ''
    const queue = this.#queues.get(name)
    return queue?.arn === arn ? queue : undefined
  }

  queues(): IterableIterator<Queue> {
    return this.#queues.values()
  }

  add(name: string): Queue {
    const queue = new Queue({ name, arn: this.arnOf(name), limits: this.limits, now: this.now })
    this.#queues.set(name, queue)
    return queue
  }

  remove(queue: Queue): void {
    queue.isDeleted = true
    queue.purge()
    queue.onVisible?.()
    this.#queues.delete(queue.name)
    this.#deletedAtMs.set(queue.name, this.now())
  }

  /** Takes back a queue whose making failed; its name stays free. */
  withdraw(queue: Queue): void {
    this.#queues.delete(queue.name)
  }

  /** Whether a queue of this name was deleted too short a time ago. */
  isNameResting(name: string): boolean {
    const deletedAtMs = this.#deletedAtMs.get(name)
    return deletedAtMs !== undefined && this.now() - deletedAtMs < this.limits.queueNameReuseSeconds * 1000
  }

  arnOf(name: string): string {
    return `arn:aws:sqs:${this.region}:${this.accountId}:${name}`
  }

  urlOf(queue: Queue): string {
    return `${this.baseUrl}/${this.accountId}/${queue.name}`
  }
}

function oldestAgeSeconds(queue: Queue, nowMs: number): number {
  for (const message of queue.messages()) {
    if (!queue.isFifo && message.receivesHere >= POISON_RECEIVES) continue
    return Math.max(0, Math.floor((nowMs - message.arrivedAtMs) / 1000))
  }
  return 0
}

function peeked(message: StoredMessage): PeekedMessage[] {
  const { messageId, body, state, sentAtMs, arrivedAtMs, receiveCount, groupId, deduplicationId } = message
  if (state === 'gone') return []
  const { sequenceNumber, traceHeader, deadLetterSourceArn } = message
  return [
    {
      messageId,
      body,
      attributes: message.attributes ?? {},
      state,
      sentAtMs,
      arrivedAtMs,
      receiveCount,
      groupId,
      deduplicationId,
      sequenceNumber,
      traceHeader,
      deadLetterSourceArn,
    },
  ]
}
