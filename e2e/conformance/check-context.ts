import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import type {
  Message,
  QueueAttributeName,
  ReceiveMessageRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
  SQSClient,
} from '@aws-sdk/client-sqs'

export interface TestQueue {
  readonly url: string
  readonly name: string
  readonly arn: string
  /** The client of the server it lies on. */
  readonly sqs: SQSClient
}

export interface QueueCounts {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** A client of a server that accepts a retention period this short; AWS accepts none below 60 seconds. */
export interface RetentionTarget {
  readonly sqs: SQSClient
  readonly seconds: number
}

type Attributes = Partial<Record<QueueAttributeName, string>>
type ReceiveOptions = Omit<ReceiveMessageRequest, 'QueueUrl'>

/** Asks for everything in the only form that every server understands: both parameters for system attributes. */
export const EVERYTHING: ReceiveOptions = {
  MessageAttributeNames: ['All'],
  AttributeNames: ['All'],
  MessageSystemAttributeNames: ['All'],
}

/** What a check works with: its own queues, cleaned up afterwards, and waits that have a deadline. */
export class CheckContext {
  readonly sqs: SQSClient
  readonly retention: RetentionTarget
  readonly #prefix = `spw-${randomBytes(5).toString('hex')}`
  readonly #queues: Pick<TestQueue, 'url' | 'sqs'>[] = []
  #count = 0

  constructor(sqs: SQSClient, retention: RetentionTarget = { sqs, seconds: 60 }) {
    this.sqs = sqs
    this.retention = retention
  }

  /** A queue name no other check uses. */
  newName(ending = ''): string {
    this.#count += 1
    return `${this.#prefix}-${this.#count}${ending}`
  }

  async createQueue(attributes: Attributes = {}, options: { name?: string; sqs?: SQSClient } = {}): Promise<TestQueue> {
    const name = options.name ?? this.newName(attributes.FifoQueue === 'true' ? '.fifo' : '')
    const sqs = options.sqs ?? this.sqs
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
    assert.ok(QueueUrl, 'CreateQueue gives a QueueUrl')
    this.#queues.push({ url: QueueUrl, sqs })
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))
    const arn = Attributes?.QueueArn
    assert.ok(arn, 'GetQueueAttributes gives a QueueArn')
    return { url: QueueUrl, name, arn, sqs }
  }

  createFifoQueue(attributes: Attributes = {}): Promise<TestQueue> {
    return this.createQueue({ FifoQueue: 'true', ...attributes })
  }

  /** A source queue whose messages return after a second, and its dead-letter queue. */
  async createPair(
    maxReceiveCount: number,
    options: { isFifo?: boolean; attributes?: Attributes } = {},
  ): Promise<{ source: TestQueue; dlq: TestQueue }> {
    const kind: Attributes = options.isFifo ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' } : {}
    const dlq = await this.createQueue({ VisibilityTimeout: '1', ...kind })
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount })
    const source = await this.createQueue({ VisibilityTimeout: '1', ...kind, ...options.attributes, RedrivePolicy })
    return { source, dlq }
  }

  send(queue: TestQueue, body: string, more: Partial<SendMessageRequest> = {}): Promise<SendMessageResult> {
    return queue.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, ...more }))
  }

  sendBatch(queue: TestQueue, entries: SendMessageBatchRequestEntry[]): Promise<SendMessageBatchResult> {
    return queue.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: entries }))
  }

  /** One short poll. */
  async receive(queue: TestQueue, options: ReceiveOptions = {}): Promise<Message[]> {
    const command = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 0, ...options })
    return (await queue.sqs.send(command)).Messages ?? []
  }

  /** Short polls until `count` different messages came; throws when they have not after the deadline. */
  async receiveAll(queue: TestQueue, count: number, options: ReceiveOptions = {}): Promise<Message[]> {
    const found = new Map<string, Message>()
    await this.eventually(`${count} messages to be received`, async () => {
      const wanted = { MaxNumberOfMessages: Math.min(10, Math.max(1, count - found.size)), ...options }
      for (const message of await this.receive(queue, wanted)) found.set(message.MessageId ?? '', message)
      return found.size >= count || undefined
    })
    return [...found.values()]
  }

  async receiveOne(queue: TestQueue, options: ReceiveOptions = {}): Promise<Message> {
    const [message] = await this.receiveAll(queue, 1, { MaxNumberOfMessages: 1, ...options })
    assert.ok(message, 'a message is received')
    return message
  }

  /** Asserts that short polls over a while bring nothing. */
  async assertNothing(queue: TestQueue, forMs = 300): Promise<void> {
    const until = performance.now() + forMs
    do {
      const messages = await this.receive(queue, { MaxNumberOfMessages: 10 })
      assert.deepEqual(
        messages.map(({ Body }) => Body),
        [],
        'nothing should be received',
      )
      await sleep(50)
    } while (performance.now() < until)
  }

  async delete(queue: TestQueue, message: Message): Promise<void> {
    await queue.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }))
  }

  async attributes(queue: TestQueue, ...names: QueueAttributeName[]): Promise<Attributes> {
    const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: names })
    return (await queue.sqs.send(command)).Attributes ?? {}
  }

  async setAttributes(queue: TestQueue, attributes: Attributes): Promise<void> {
    await queue.sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: attributes }))
  }

  async counts(queue: TestQueue): Promise<QueueCounts> {
    const attributes = await this.attributes(
      queue,
      'ApproximateNumberOfMessages',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesDelayed',
    )
    return {
      visible: Number(attributes.ApproximateNumberOfMessages),
      inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(attributes.ApproximateNumberOfMessagesDelayed),
    }
  }

  /** Counts are approximate on AWS, so they get time to become these. */
  async assertCounts(queue: TestQueue, expected: QueueCounts): Promise<void> {
    let last: QueueCounts | undefined
    await this.eventually('the counts to become right', async () => {
      last = await this.counts(queue)
      assert.deepEqual(last, expected)
      return true
    })
  }

  /**
   * Asks until `probe` gives something; a probe that throws is asked again. Throws the last error, or what was waited
   * for, after the deadline.
   */
  async eventually<Found>(
    what: string,
    probe: () => Promise<Found | undefined>,
    deadlineMs = 4_000,
  ): Promise<NonNullable<Found>> {
    const until = performance.now() + deadlineMs
    let problem: unknown
    do {
      try {
        const found = await probe()
        if (found !== undefined && found !== null) return found
        problem = undefined
      } catch (error) {
        problem = error
      }
      await sleep(40)
    } while (performance.now() < until)
    throw problem ?? new assert.AssertionError({ message: `waited ${deadlineMs} ms for ${what}` })
  }

  /** Has a queue that the check made by itself deleted as well. */
  track(url: string): void {
    this.#queues.push({ url, sqs: this.sqs })
  }

  /** Deletes the check's queues; those already gone are no problem. */
  async cleanUp(): Promise<void> {
    for (const { url, sqs } of this.#queues) {
      await sqs.send(new DeleteQueueCommand({ QueueUrl: url })).catch(() => undefined)
    }
  }
}
