import { newMessageId } from './message.ts'
import type { StoredMessage } from './message.ts'
import type { Queue } from './queue.ts'
import { deliver } from './send-message.ts'
import type { SqsStore } from './sqs-store.ts'

export type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'

export interface MoveTaskRequest {
  readonly id: string
  readonly source: Queue
  /** Undefined: each message goes back to the queue it came from. */
  readonly destination: Queue | undefined
  /** 1 to 500; undefined leaves it to the system. */
  readonly ratePerSecond: number | undefined
}

const TICK_MS = 50
const CALL_SIZE = 10

/**
 * Moves the messages that a dead-letter queue held when the task began. Each arrives as a new message: new id, new
 * send time, no receives, same body and attributes. A message that is in flight is passed over. The first message that
 * cannot be placed ends the task as FAILED and stays where it is.
 */
export class MoveTask {
  readonly id: string
  readonly source: Queue
  readonly destinationArn: string | undefined
  readonly ratePerSecond: number | undefined
  readonly startedAtMs: number
  readonly toMove: number
  status: MoveTaskStatus = 'RUNNING'
  failureReason: string | undefined
  moved = 0
  readonly #store: SqsStore
  #timer: NodeJS.Timeout | undefined
  #lastTickMs = performance.now()
  /** Messages that may be moved now; starts with one call's worth at most. */
  #credit: number
  #cancelledAtMs: number | undefined

  constructor(store: SqsStore, request: MoveTaskRequest) {
    this.#store = store
    this.id = request.id
    this.source = request.source
    this.destinationArn = request.destination?.arn
    this.ratePerSecond = request.ratePerSecond
    this.startedAtMs = store.now()
    this.source.settle()
    this.toMove = this.source.counts.visible
    this.#credit = Math.min(CALL_SIZE, request.ratePerSecond ?? CALL_SIZE)
  }

  get isActive(): boolean {
    return this.status === 'RUNNING' || this.status === 'CANCELLING'
  }

  /** Names the task and its source, as AWS's handles do. */
  get handle(): string {
    return Buffer.from(JSON.stringify({ taskId: this.id, sourceArn: this.source.arn })).toString('base64')
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Asks the task to end. It goes on moving for a while, as on AWS, and undoes nothing. */
  cancel(): void {
    this.status = 'CANCELLING'
    this.#cancelledAtMs = performance.now()
  }

  #tick(): void {
    const now = performance.now()
    const rate = this.ratePerSecond ?? this.#store.limits.moveTaskDefaultRate
    this.#credit = Math.min(this.#credit + ((now - this.#lastTickMs) / 1000) * rate, Math.max(rate, CALL_SIZE))
    this.#lastTickMs = now
    if (this.source.isDeleted) return this.#fail('AWS.SimpleQueueService.NonExistentQueue')
    const lagMs = this.#store.limits.moveTaskCancelLagSeconds * 1000
    if (this.#cancelledAtMs !== undefined && now - this.#cancelledAtMs >= lagMs) return this.#end('CANCELLED')
    while (this.#credit >= 1 && this.isActive) {
      if (!this.#moveOne()) return
      this.#credit -= 1
    }
  }

  /** False when the task ended. */
  #moveOne(): boolean {
    this.source.settle()
    let failure: string | undefined
    let isMoved = false
    if (this.moved < this.toMove) {
      const [message] = this.source.take(1, (next) => {
        failure = this.#place(next)
        isMoved = failure === undefined
        return true
      })
      if (message !== undefined && !isMoved) this.#putBack(message)
    }
    if (failure !== undefined) this.#fail(failure)
    else if (!isMoved) this.#end(this.status === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED')
    return isMoved
  }

  /** A message that was taken out of the delivery order goes back to its place. */
  #putBack(message: StoredMessage): void {
    this.source.hide(message, this.#store.now())
    this.source.release(message)
  }

  /** Sends and deletes one message; the reason when it cannot be sent. */
  #place(message: StoredMessage): string | undefined {
    const arn = this.destinationArn ?? message.deadLetterSourceArn
    if (arn === undefined) return 'CouldNotDetermineMessageSource'
    const destination = this.#store.findByArn(arn)
    if (destination === undefined) return 'AWS.SimpleQueueService.NonExistentQueue'
    if (message.sizeBytes > destination.settings.maximumMessageBytes) return 'InvalidParameterValue'
    destination.settle()
    deliver(destination, { ...message, messageId: newMessageId() }, destination.settings.delaySeconds)
    this.source.remove(message)
    this.source.counters.received += 1
    this.source.counters.deleted += 1
    this.moved += 1
    return undefined
  }

  #fail(reason: string): void {
    this.failureReason = reason
    this.#end('FAILED')
  }

  #end(status: MoveTaskStatus): void {
    this.status = status
    this.stop()
  }
}
