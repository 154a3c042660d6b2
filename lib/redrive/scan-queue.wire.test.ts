import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import { startQueues, type Queues } from './fixtures/start-queues.ts'
import { receive } from './queue-calls.ts'
import { scanQueue } from './scan-queue.ts'

vi.setConfig({ testTimeout: 60_000 })

let queues: Queues
let client: SQSClient
let server: SqsServer
const store = () => server.store

beforeEach(async () => {
  server = await startSqsServer({ log: new RequestLog() })
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

const access = { region: 'eu-west-2', signal: new AbortController().signal, countCall: () => {} }

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
  await expect.poll(() => store().measure('profile-created-dlq').counters.received, { timeout: 10_000 }).toBe(1)
  const options = { most: 10, holdSeconds: 4, consumerHoldSeconds: 3 }
  const { messages } = await scanQueue(access, queues.dlq.url, options)
  stop.abort()
  await consuming
  expect(messages).toHaveLength(1)
})
