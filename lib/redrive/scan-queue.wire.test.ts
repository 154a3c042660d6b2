import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { homeReach } from '#lib/aws/places.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { receive } from './queue-calls.ts'
import { scanQueue, sweepQueue } from './scan-queue.ts'

let queues: Queues
let client: SQSClient
let server: SqsServer
let log: RequestLog
const store = () => server.store

beforeEach(async () => {
  log = new RequestLog()
  server = await startSqsServer({ log })
  queues = await startQueues(server)
  client = new SQSClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'consumer', secretAccessKey: 'x' },
  })
})
afterEach(async () => {
  client.destroy()
  await queues.stop()
})

const access = { aws: homeReach('eu-west-2'), signal: new AbortController().signal, countCall: () => {} }

/** What a broken consumer does: takes what is there, and does nothing with it until it comes back. */
async function hold(seconds: number): Promise<void> {
  const QueueUrl = queues.dlq.url
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: seconds }),
  )
  expect(Messages).toHaveLength(3)
}

test('a look waits for messages that a broken consumer holds, and only where there is one', async () => {
  for (const body of ['a', 'b', 'c']) await queues.send(body, {}, queues.dlq)
  await hold(4)
  const options = { most: 10, holdSeconds: 30 }
  expect((await scanQueue(access, queues.dlq.url, options)).messages).toEqual([])
  const { messages } = await scanQueue(access, queues.dlq.url, { ...options, consumerHoldSeconds: 5 })
  expect(messages.map(({ body }) => body).toSorted()).toEqual(['a', 'b', 'c'])
  const [again] = await receive(access, queues.dlq.url, { most: 1, holdSeconds: 30, waitSeconds: 1 })
  expect(again, 'given back').toBeDefined()
})

test('a look does not wait once it has read all that there is', async () => {
  for (const body of ['a', 'b', 'c']) await queues.send(body, {}, queues.dlq)
  const startedMs = performance.now()
  const options = { most: 10, holdSeconds: 30, consumerHoldSeconds: 30 }
  expect((await scanQueue(access, queues.dlq.url, options)).messages).toHaveLength(3)
  expect(performance.now() - startedMs).toBeLessThan(10_000)
})

test('a look finds a message for which a broken consumer polls all the time', async () => {
  await queues.send('a', {}, queues.dlq)
  const stop = new AbortController()
  const consuming = (async () => {
    while (!stop.signal.aborted)
      await client
        .send(new ReceiveMessageCommand({ QueueUrl: queues.dlq.url, VisibilityTimeout: 2, WaitTimeSeconds: 5 }), {
          abortSignal: stop.signal,
        })
        .catch(() => undefined)
  })()
  await expect.poll(() => store().measure('profile-created-dlq').counters.received).toBe(1)
  const options = { most: 10, holdSeconds: 4, consumerHoldSeconds: 3 }
  const { messages } = await scanQueue(access, queues.dlq.url, options)
  stop.abort()
  await consuming
  expect(messages).toHaveLength(1)
})

function cannotRead(): never {
  throw new Error('cannot be read')
}

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>

/** Fills a queue in batches of ten. */
async function fill(QueueUrl: string, count: number, entryOf: (index: number) => Entry): Promise<void> {
  for (let start = 0; start < count; start += 10) {
    const indexes = Array.from({ length: Math.min(10, count - start) }, (_, at) => start + at)
    const Entries = indexes.map((index) => ({ ...entryOf(index), Id: String(index) }))
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
  }
}

test('10,000 messages are read in seconds, each once, with everything that they carry, and are all given back', async () => {
  const attributes = { JavaType: { DataType: 'String', StringValue: 'uk.nhs.Event' } }
  const entry = (index: number): Entry => ({ MessageBody: `{"id":${index}}`, MessageAttributes: attributes })
  await fill(queues.dlq.url, 10_000, entry)
  const bodies = new Set<string>()
  const options = { most: 10_000, holdSeconds: 60, lanes: 16 }
  const startedMs = performance.now()
  const sweep = await sweepQueue(access, queues.dlq.url, options, ({ body, attributes: given }) => {
    expect(Object.keys(given)).toEqual(['JavaType'])
    bodies.add(body)
  })
  const seconds = (performance.now() - startedMs) / 1000
  expect(bodies.size).toBe(10_000)
  expect([...sweep.receives.values()].every((count) => count === 1)).toBe(true)
  expect(store().measure('profile-created-dlq')).toMatchObject({ visible: 10_000, notVisible: 0 })
  expect(log.list({ caller: 'spillway', operation: 'DeleteMessageBatch' })).toEqual([])
  // On a machine that does nothing else it is over in three.
  expect(seconds).toBeLessThan(20)
})

test('a look that is bounded reads so many and no more, and gives all of them back', async () => {
  await fill(queues.dlq.url, 250, (index) => ({ MessageBody: String(index) }))
  let met = 0
  const sweep = await sweepQueue(access, queues.dlq.url, { most: 95, holdSeconds: 30, lanes: 16 }, () => (met += 1))
  expect([met, sweep.isWhole, sweep.counts.visible]).toEqual([95, false, 250])
  expect(store().measure('profile-created-dlq')).toMatchObject({ visible: 250, notVisible: 0 })
})

test('a look into a FIFO queue sees the heads of its groups only', async () => {
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: 'orders.fifo', Attributes }))
  await fill(QueueUrl, 60, (index) => ({
    MessageBody: String(index),
    MessageGroupId: `group-${Math.floor(index / 30)}`,
  }))
  const { messages, isWhole } = await scanQueue(access, QueueUrl, { most: 100, holdSeconds: 30, lanes: 16 })
  expect(messages.length).toBeLessThanOrEqual(20)
  expect(isWhole, 'groups in flight give no more').toBe(false)
  const [head] = await receive(access, QueueUrl, { most: 1, holdSeconds: 30, waitSeconds: 1 })
  expect(['0', '30'], 'given back in its place').toContain(head?.body)
})

test('messages of a look whose process is killed come back by themselves, all together when the hold is over', async () => {
  await fill(queues.dlq.url, 20, (index) => ({ MessageBody: String(index) }))
  const fixture = fileURLToPath(new URL('fixtures/look-and-hang.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=react-server', fixture, queues.dlq.url], { env: process.env })
  const [told] = await once(child.stdout, 'data')
  expect(String(told)).toBe('holds 10\n')
  child.kill('SIGKILL')
  await once(child, 'close')
  expect(store().measure('profile-created-dlq')).toMatchObject({ visible: 10, notVisible: 10 })
  await expect
    .poll(() => store().measure('profile-created-dlq'), { timeout: 6_000 })
    .toMatchObject({ visible: 20, notVisible: 0 })
})

test('a look that is given up half way, and one that SQS refuses, give back what they hold', async () => {
  await fill(queues.dlq.url, 40, (index) => ({ MessageBody: String(index) }))
  const given = new AbortController()
  const giveUp = () => given.abort(new Error('a person waited long enough'))
  const options = { most: 40, holdSeconds: 30 }
  await expect(sweepQueue({ ...access, signal: given.signal }, queues.dlq.url, options, giveUp)).rejects.toThrow(
    'a person waited long enough',
  )
  expect(store().measure('profile-created-dlq')).toMatchObject({ visible: 40, notVisible: 0 })
  await expect(sweepQueue(access, queues.dlq.url, { ...options, lanes: 4 }, cannotRead)).rejects.toThrow(
    'cannot be read',
  )
  expect(store().measure('profile-created-dlq')).toMatchObject({ visible: 40, notVisible: 0 })
})

test('says how many it could not give back', async () => {
  await fill(queues.dlq.url, 3, (index) => ({ MessageBody: String(index) }))
  server.faults.add({
    operation: 'ChangeMessageVisibilityBatch',
    action: { kind: 'error', code: 'AccessDenied', status: 403 },
  })
  let left = 0
  await scanQueue(access, queues.dlq.url, { most: 10, holdSeconds: 2, onStillHeld: (count) => (left = count) })
  expect(left).toBe(3)
})
