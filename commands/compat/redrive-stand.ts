import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SendMessageRequest,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { Queue } from '#lib/domain/queue.ts'
import type { RedriveState } from '#lib/domain/redrive.ts'
import type { Redrive } from '#lib/store/redrive-row.ts'
import type { Db } from '#lib/store/db.ts'
import { upsertQueues } from '#lib/store/queues.ts'
import { moveRedrive, type NewRedrive } from '#lib/store/redrives.ts'
import { countLedger, listLedger } from '#lib/store/read-ledger.ts'
import { startRun, stepUntil } from '#lib/redrive/fixtures/redrive-runs.ts'
import { stopRedrive } from '#lib/redrive/stop.ts'
import { aQueue } from '#lib/testing/builders.ts'
import { EVERYTHING as ALL_OF_MESSAGE } from '#e2e/conformance/check-context.ts'
import { md5OfMessageAttributes } from '#e2e/conformance/md5.ts'

const VISIBILITY_SECONDS = 1
/** In place a queue counts as read to its end when nothing came for ten of its visibility timeouts. */
const STATE_WITHIN_MS = 60_000
const KILLED_WITHIN_MS = 30_000
const OVER: readonly RedriveState[] = ['done', 'stopped']
const EMPTY_AFTER_MS = 30_000

/** A source queue and its dead-letter queue. */
export interface Pair {
  readonly source: Queue
  readonly dlq: Queue
}

/** A message as a consumer sees it, with the digests of what it carries. */
export interface Taken {
  readonly body: string
  readonly group: string | null
  readonly trace: string | null
  readonly attributeNames: readonly string[]
  readonly attributesMd5: string
}

/** What a check of redrives works with: queues of its own on the server under judgement, and the product's store. */
export class RedriveStand {
  readonly db: Db
  readonly sqs: SQSClient
  readonly #prefix: string
  readonly #urls: string[] = []
  #sends = 0

  constructor(db: Db, sqs: SQSClient, prefix: string) {
    this.db = db
    this.sqs = sqs
    this.#prefix = prefix
  }

  /** Dead letters lie on `dlq`; the source sends there what was received `maxReceiveCount` times. */
  async makePair({ isFifo = false, maxReceiveCount = 2 } = {}): Promise<Pair> {
    const ending = isFifo ? '.fifo' : ''
    const dlq = await this.#create(`${this.#prefix}-dlq${ending}`, isFifo, {})
    const policy = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount })
    const made = await this.#create(`${this.#prefix}${ending}`, isFifo, { RedrivePolicy: policy })
    const source = { ...made, dlqArn: dlq.arn, maxReceiveCount }
    await upsertQueues(this.db.orm, [source, dlq], Date.now(), false)
    return { source, dlq }
  }

  async #create(name: string, isFifo: boolean, attributes: Record<string, string>): Promise<Queue> {
    const Attributes = {
      VisibilityTimeout: String(VISIBILITY_SECONDS),
      ...(isFifo ? { FifoQueue: 'true' } : {}),
      ...attributes,
    }
    const { QueueUrl: url = '' } = await this.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }))
    this.#urls.push(url)
    const told = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }))
    const arn = told.Attributes?.QueueArn ?? ''
    return aQueue({ name, url, arn, isFifo, visibilityTimeoutSeconds: VISIBILITY_SECONDS })
  }

  /** Returns the message's id. */
  async send(queue: Queue, body: string, more: Partial<SendMessageRequest> = {}): Promise<string> {
    this.#sends += 1
    const fifo = queue.isFifo ? { MessageDeduplicationId: `original-${this.#sends}` } : {}
    const command = new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, ...fifo, ...more })
    return (await this.sqs.send(command)).MessageId ?? ''
  }

  /** One receive that asks for everything; with `seconds` 0 what it brings can be received again at once. */
  async receive({ url }: Queue, seconds: number): Promise<Message[]> {
    const asked = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: seconds }
    return (await this.sqs.send(new ReceiveMessageCommand({ ...asked, ...ALL_OF_MESSAGE }))).Messages ?? []
  }

  /** Receives the source's messages until so many lie in the dead-letter queue. */
  async killAll({ source, dlq }: Pair, count: number): Promise<void> {
    const deadline = performance.now() + KILLED_WITHIN_MS
    for (let dead = 0; dead < count; dead = await this.#countVisible(dlq)) {
      assert.ok(performance.now() < deadline, `${dead} of ${count} messages went to the dead-letter queue`)
      await this.receive(source, 0)
    }
  }

  async #countVisible({ url }: Queue): Promise<number> {
    const AttributeNames = ['ApproximateNumberOfMessages' as const]
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }))
    return Number(Attributes?.ApproximateNumberOfMessages)
  }

  /** Takes out and deletes all, in the order in which they come; throws where they are more or fewer than expected. */
  async takeAll(queue: Queue, expected: number): Promise<Taken[]> {
    const taken: Taken[] = []
    const deadline = performance.now() + EMPTY_AFTER_MS
    let isEmpty = false
    while (taken.length < expected ? performance.now() < deadline : !isEmpty) {
      const messages = await this.receive(queue, 30)
      isEmpty = messages.length === 0
      for (const message of messages) {
        taken.push(takenOf(message))
        const { ReceiptHandle } = message
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }))
      }
    }
    assert.equal(taken.length, expected, `messages on ${queue.name}`)
    return taken
  }

  /** A redrive from the dead-letter queue, or in place on the source, as the product keeps one. */
  start(pair: Pair, given: Partial<NewRedrive> = {}): Promise<Redrive> {
    return startRun(this.db, pair, { transform: [], ...given })
  }

  /** Steps as the collector does until the redrive is in one of the states; `between` runs after each step. Throws at another end. */
  async until(
    { id }: Pick<Redrive, 'id'>,
    states: readonly RedriveState[],
    between: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Redrive> {
    const run = await stepUntil(this.db, id, [...states, ...OVER], { between, withinMs: STATE_WITHIN_MS })
    const [refused] = await listLedger(this.db.orm, id, { states: ['refused'] })
    const why = refused?.problem ?? run.reason ?? run.trouble ?? 'no reason given'
    assert.ok(states.includes(run.state), `the redrive is ${run.state} and not ${states.join(' or ')}: ${why}`)
    return run
  }

  /** Moves the first message, says that it was consumed, and moves the rest. */
  async moveAll(run: Pick<Redrive, 'id'>): Promise<Redrive> {
    await this.until(run, ['waiting'])
    await this.#firstConsumed(run)
    return this.until(run, ['verifying'])
  }

  /** CloudWatch is not there to count the delete; whoever runs the check knows. */
  async #firstConsumed({ id }: Pick<Redrive, 'id'>): Promise<void> {
    const fate = { canaryFate: 'consumed' as const }
    await this.db.transaction((tx) => moveRedrive(tx, id, 'canary-consumed', fate, Date.now()))
  }

  /** Lets a redrive move and has a person stop it once so many are moved. Returns how many had been moved at its end. */
  async stopAfter(run: Pick<Redrive, 'id'>, least: number): Promise<number> {
    const { id } = run
    await this.until(run, ['waiting'])
    await this.#firstConsumed(run)
    const watch = async (): Promise<void> => {
      while ((await countLedger(this.db.orm, id)).deleted < least) await pause(50)
      await this.db.transaction((tx) => stopRedrive(tx, id, { by: 'Olga', nowMs: Date.now() }))
    }
    await Promise.all([this.until(run, ['stopped']), watch()])
    const { sent, deleted } = await countLedger(this.db.orm, id)
    return sent + deleted
  }

  async cleanUp(): Promise<void> {
    // One that is gone already needs no deleting.
    for (const QueueUrl of this.#urls) await this.sqs.send(new DeleteQueueCommand({ QueueUrl })).catch(() => undefined)
  }
}

function takenOf({ Body = '', MessageAttributes = {}, Attributes = {} }: Message): Taken {
  return {
    body: Body,
    group: Attributes.MessageGroupId ?? null,
    trace: Attributes.AWSTraceHeader ?? null,
    attributeNames: Object.keys(MessageAttributes).toSorted(),
    attributesMd5: md5OfMessageAttributes(MessageAttributes),
  }
}
