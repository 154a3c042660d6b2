import { setTimeout as sleep } from 'node:timers/promises'

import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { RequestLog } from '#world/request-log.ts'

import { startSqsServer } from './server.ts'
import type { SqsServer } from './server.ts'

let log: RequestLog
let server: SqsServer
let client: SQSClient
let nowMs: number

beforeEach(async () => {
  nowMs = Date.now()
  log = new RequestLog()
  server = await startSqsServer({ log, now: () => nowMs, limits: { inFlightLimit: 3 } })
  client = new SQSClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'AKIAORDERS', secretAccessKey: 'secret' },
    maxAttempts: 1,
  })
})

afterEach(async () => {
  client.destroy()
  await server.stop()
})

async function createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  if (QueueUrl === undefined) throw new Error('the queue was made without a URL')
  return QueueUrl
}

async function send(queueUrl: string, ...bodies: string[]): Promise<void> {
  for (const body of bodies) await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }))
}

async function receive(queueUrl: string, max = 10): Promise<string[]> {
  const answer = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: max }))
  return (answer.Messages ?? []).map((message) => message.Body ?? '')
}

async function withDeadLetterQueue(dlq: string, source: string, maxReceiveCount: number): Promise<[string, string]> {
  const fifo: Record<string, string> = source.endsWith('.fifo')
    ? { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
    : {}
  const dlqUrl = await createQueue(dlq, fifo)
  const policy = JSON.stringify({ deadLetterTargetArn: server.store.arnOf(dlq), maxReceiveCount })
  return [await createQueue(source, { ...fifo, RedrivePolicy: policy, VisibilityTimeout: '30' }), dlqUrl]
}

describe('retention', () => {
  it('drops a message when its retention period is over, in flight or not', async () => {
    const url = await createQueue('short', { MessageRetentionPeriod: '60' })
    await send(url, 'one', 'two')
    await receive(url, 1)
    nowMs += 59_000
    expect(server.store.peekAll('short')).toHaveLength(2)
    nowMs += 2_000
    expect(server.store.peekAll('short')).toHaveLength(0)
    expect(server.store.measure('short')).toMatchObject({ visible: 0, notVisible: 0 })
  })

  it('lets the clock of a standard message run on when it moves to the dead-letter queue', async () => {
    const [url, dlqUrl] = await withDeadLetterQueue('dlq', 'source', 1)
    await send(url, 'poison')
    await receive(url)
    nowMs += 200_000_000
    await receive(url)
    expect(server.store.peekAll('dlq')).toHaveLength(1)
    nowMs += 345_600_000 - 200_000_000 - 1_000
    expect(server.store.peekAll('dlq')).toHaveLength(1)
    nowMs += 2_000
    expect(server.store.peekAll('dlq')).toHaveLength(0)
    expect(await receive(dlqUrl)).toEqual([])
  })

  it('starts the clock of a FIFO message anew when it moves to the dead-letter queue', async () => {
    const [url] = await withDeadLetterQueue('dlq.fifo', 'source.fifo', 1)
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison', MessageGroupId: 'a' }))
    await receive(url)
    nowMs += 200_000_000
    await receive(url)
    nowMs += 345_600_000 - 1_000
    expect(server.store.peekAll('dlq.fifo')).toHaveLength(1)
    nowMs += 2_000
    expect(server.store.peekAll('dlq.fifo')).toHaveLength(0)
  })
})

describe('measures for CloudWatch', () => {
  it('leaves messages received three times out of the oldest age on a standard queue, and counts calls', async () => {
    const url = await createQueue('measured')
    await send(url, 'poison')
    nowMs += 10_000
    await send(url, 'fine')
    for (let round = 0; round < 3; round += 1) {
      expect(server.store.measure('measured').oldestAgeSeconds).toBe(10 + round * 40)
      await receive(url, 1)
      nowMs += 40_000
    }
    expect(server.store.measure('measured')).toMatchObject({
      visible: 2,
      oldestAgeSeconds: 120,
      counters: { sent: 2, received: 3, deleted: 0, emptyReceives: 0, sentBytes: 10 },
    })
    expect(await receive(url, 1)).toEqual(['fine'])
  })

  it('counts age in a dead-letter queue from the move, and the move not as sent', async () => {
    const [url] = await withDeadLetterQueue('dlq', 'source', 1)
    await send(url, 'poison')
    await receive(url)
    nowMs += 100_000
    expect(await receive(url)).toEqual([])
    nowMs += 5_000
    expect(server.store.measure('dlq')).toMatchObject({ visible: 1, oldestAgeSeconds: 5, counters: { sent: 0 } })
    expect(server.store.measure('source').counters).toMatchObject({ sent: 1, received: 1, emptyReceives: 1 })
  })
})

describe('limits', () => {
  it('answers OverLimit to a short poll of a standard queue with too many messages in flight', async () => {
    const url = await createQueue('busy')
    await send(url, '1', '2', '3', '4')
    expect(await receive(url)).toHaveLength(3)
    await expect(receive(url)).rejects.toMatchObject({ name: 'OverLimit' })
    const longPoll = await client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1 }))
    expect(longPoll.Messages).toBeUndefined()
  })

  it('makes the name of a deleted queue usable again after 60 seconds', async () => {
    const url = await createQueue('gone')
    server.store.remove(server.store.getQueue('gone'))
    await expect(createQueue('gone')).rejects.toMatchObject({ name: 'QueueDeletedRecently' })
    nowMs += 60_000
    expect(await createQueue('gone')).toBe(url)
  })

  it('forgets a deduplication id after five minutes', async () => {
    const url = await createQueue('once.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' })
    const order = new SendMessageCommand({ QueueUrl: url, MessageBody: 'same', MessageGroupId: 'a' })
    await client.send(order)
    nowMs += 299_000
    await client.send(order)
    expect(server.store.peekAll('once.fifo')).toHaveLength(1)
    nowMs += 2_000
    await client.send(order)
    expect(server.store.peekAll('once.fifo')).toHaveLength(2)
  })
})

describe('faults', () => {
  it('throttles as often as told, and only the named queue and caller', async () => {
    const url = await createQueue('orders')
    server.faults.add({
      operation: 'SendMessage',
      queue: /^orders$/,
      caller: /ORDERS/,
      times: 1,
      action: { kind: 'throttle' },
    })
    server.faults.add({ operation: 'SendMessage', queue: /^other$/, action: { kind: 'throttle' } })
    await expect(send(url, 'x')).rejects.toMatchObject({ name: 'RequestThrottled' })
    await send(url, 'x')
    expect(server.store.peekAll('orders')).toHaveLength(1)
  })

  it('carries a call out and cuts the connection', async () => {
    const url = await createQueue('orders')
    server.faults.add({ operation: 'SendMessage', times: 1, action: { kind: 'drop-after-commit' } })
    await expect(send(url, 'kept')).rejects.toThrow()
    expect(server.store.peekAll('orders').map(({ body }) => body)).toEqual(['kept'])
    expect(log.list({ operation: 'SendMessage' })).toMatchObject([{ status: 0, caller: 'AKIAORDERS' }])
  })

  it('cuts the connection before anything is done', async () => {
    const url = await createQueue('orders')
    server.faults.add({ operation: '*', times: 1, action: { kind: 'drop-before' } })
    await expect(send(url, 'lost')).rejects.toThrow()
    expect(server.store.peekAll('orders')).toEqual([])
  })

  it('fails every n-th entry of batches, as the service and not the sender', async () => {
    const url = await createQueue('orders')
    const remove = server.faults.add({ operation: 'SendMessageBatch', action: { kind: 'partial-batch', every: 2 } })
    const entries = ['a', 'b', 'c'].map((body) => ({ Id: body, MessageBody: body }))
    const first = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
    expect(first.Failed).toMatchObject([{ Id: 'b', SenderFault: false, Code: 'InternalError' }])
    const second = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
    expect(second.Failed?.map(({ Id }) => Id)).toEqual(['a', 'c'])
    remove()
    const third = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
    expect(third.Failed).toBeUndefined()
  })

  it('refuses every connection while down and a waiting poll too', async () => {
    const url = await createQueue('orders')
    const isWaiting = new Promise<void>((resolve) => void server.faults.onBefore('ReceiveMessage', () => resolve()))
    const poll = client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }))
    const outcome = poll.then(() => 'answered').catch(() => 'cut')
    await isWaiting
    const up = server.faults.add({ operation: '*', action: { kind: 'down' } })
    expect(await outcome).toBe('cut')
    await expect(send(url, 'x')).rejects.toThrow()
    up()
    await send(url, 'y')
    expect(server.store.peekAll('orders').map(({ body }) => body)).toEqual(['y'])
  })

  it('delays a call and answers any error', async () => {
    const url = await createQueue('orders')
    server.faults.add({ operation: 'SendMessage', times: 1, action: { kind: 'delay', ms: 120 } })
    const started = performance.now()
    await send(url, 'late')
    expect(performance.now() - started).toBeGreaterThanOrEqual(115)
    server.faults.add({ operation: '*', times: 1, action: { kind: 'error', code: 'KmsAccessDenied', status: 400 } })
    await expect(send(url, 'x')).rejects.toMatchObject({ name: 'KmsAccessDenied' })
  })

  it('runs hooks around a call with its caller and request', async () => {
    const url = await createQueue('orders')
    const seen: string[] = []
    server.faults.onBefore('SendMessage', async ({ caller, request }) => {
      await sleep(5)
      seen.push(`before ${caller} ${String(request['MessageBody'])} ${server.store.peekAll('orders').length}`)
    })
    const after = new Promise<void>((resolve) => {
      server.faults.onAfter('SendMessage', ({ status }) => {
        seen.push(`after ${status} ${server.store.peekAll('orders').length}`)
        resolve()
      })
    })
    await send(url, 'x')
    await after
    expect(seen).toEqual(['before AKIAORDERS x 0', 'after 200 1'])
  })
})

it('gives nothing to a long poll whose caller hung up', async () => {
  const url = await createQueue('hung-up')
  const isWaiting = new Promise<void>((resolve) => void server.faults.onBefore('ReceiveMessage', () => resolve()))
  const abort = new AbortController()
  const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 })
  const poll = client.send(command, { abortSignal: abort.signal }).catch((error: unknown) => error)
  await isWaiting
  abort.abort()
  await poll
  while (server.store.measure('hung-up').counters.emptyReceives === 0) await sleep(5)
  await send(url, 'kept')
  expect(server.store.measure('hung-up')).toMatchObject({ visible: 1, notVisible: 0 })
  expect(await receive(url)).toEqual(['kept'])
})

it('keeps its bookkeeping small and right over many messages', async () => {
  const url = await createQueue('long')
  for (let round = 0; round < 30; round += 1) {
    const entries = Array.from({ length: 3 }, (_, index) => ({ Id: `${index}`, MessageBody: `${round}-${index}` }))
    await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }))
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 3 }))
    expect(Messages?.map(({ Body }) => Body)).toEqual(entries.map(({ MessageBody }) => MessageBody))
    const receipts = (Messages ?? []).map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }))
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: receipts }))
  }
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
  expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' })
  expect(server.store.measure('long').counters).toMatchObject({ sent: 90, received: 90, deleted: 90 })
})
