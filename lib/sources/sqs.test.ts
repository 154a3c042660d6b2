import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { RequestLog } from '#world/request-log.ts'
import { startSqsServer, type SqsServer } from '#world/sqs/server.ts'
import type { PollResult } from './define-source.ts'
import { makeContext, readingsOf, storedCursor, useEndpoints, type ContextOptions } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream } from './fixtures/start-upstream.ts'
import { sqs } from './sqs.ts'

// Real HTTP with real waiting between attempts, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 })

let log: RequestLog
let server: SqsServer
let client: SQSClient

beforeAll(() => useEndpoints({}))
beforeEach(async () => {
  log = new RequestLog()
  server = await startSqsServer({ log })
  client = new SQSClient({
    endpoint: server.endpoint,
    region: 'eu-west-2',
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'x' },
  })
  useEndpoints({ sqs: server.endpoint })
})
afterEach(async () => {
  client.destroy()
  await server.stop()
})
afterAll(() => closeAwsClients())

async function createQueue(
  name: string,
  attributes: Record<string, string> = {},
  tags: Record<string, string> = {},
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes, tags }))
  return QueueUrl ?? ''
}

async function createOrders(): Promise<string> {
  await createQueue('orders-dlq', { MessageRetentionPeriod: '1209600' })
  const policy = { deadLetterTargetArn: 'arn:aws:sqs:eu-west-2:000000000000:orders-dlq', maxReceiveCount: 5 }
  return createQueue('orders', { RedrivePolicy: JSON.stringify(policy), VisibilityTimeout: '45' })
}

test('tells the inventory with its dead-letter queues and the depth of each at the moment of its answer', async () => {
  const url = await createOrders()
  await createQueue('placements.fifo', { FifoQueue: 'true' })
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a' }))
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'b', DelaySeconds: 600 }))
  const startMs = Date.now()
  const result = await sqs.poll(makeContext())
  const [inventory] = readingsOf(result, 'queues')
  expect(inventory?.isComplete).toBe(true)
  expect(inventory?.queues.map((queue) => queue.name)).toEqual(['orders', 'orders-dlq', 'placements.fifo'])
  expect(inventory?.queues[0]).toMatchObject({
    url,
    arn: 'arn:aws:sqs:eu-west-2:000000000000:orders',
    isFifo: false,
    dlqArn: 'arn:aws:sqs:eu-west-2:000000000000:orders-dlq',
    maxReceiveCount: 5,
    visibilityTimeoutSeconds: 45,
    maximumMessageBytes: 1_048_576,
    kmsKeyId: null,
    isSqsEncrypted: true,
    redriveAllow: null,
    tags: {},
  })
  expect(inventory?.queues[1]).toMatchObject({ dlqArn: null, maxReceiveCount: null, retentionSeconds: 1_209_600 })
  expect(inventory?.queues[2]?.isFifo).toBe(true)
  const depth = readingsOf(result, 'depths')[0]?.depths.find((one) => one.queue === 'orders')
  expect(depth).toMatchObject({ visible: 1, inFlight: 0, delayed: 1 })
  expect(depth?.atMs).toBeGreaterThanOrEqual(startMs)
  const samples = readingsOf(result, 'samples')[0]?.samples.filter((one) => one.series.startsWith('sqs/orders/'))
  expect(samples?.map(({ series, value }) => [series, value])).toEqual([
    ['sqs/orders/visible', 1],
    ['sqs/orders/in-flight', 0],
    ['sqs/orders/delayed', 1],
  ])
})

test('asks each queue once a beat, lists once, and counts what SQS received', async () => {
  await createOrders()
  for (let index = 0; index < 20; index += 1) await createQueue(`side-${index}`)
  const { lastSeq } = log
  const context = makeContext()
  await sqs.poll(context)
  const calls = { 'sqs ListQueues': 1, 'sqs GetQueueAttributes': 22, 'sqs ListQueueTags': 22 }
  expect(log.countByOperation({ afterSeq: lastSeq })).toEqual(calls)
  expect(Object.fromEntries(context.calls)).toEqual(calls)
})

test('lists only queues with the prefixes, each once', async () => {
  for (const name of ['tis-a', 'tis-b', 'other']) await createQueue(name)
  const result = await sqs.poll(makeContext({ settings: { sources: { sqs: { queuePrefixes: ['tis-', 'tis-a'] } } } }))
  expect(readingsOf(result, 'queues')[0]?.queues.map((queue) => queue.name)).toEqual(['tis-a', 'tis-b'])
})

test('lists all pages, which past a thousand queues AWS gives only when asked', async () => {
  const names = Array.from({ length: 1_005 }, (_, index) => `q-${String(index).padStart(4, '0')}`)
  await using upstream = await startUpstream(({ operation, body }) => {
    const request = JSON.parse(body)
    if (operation === 'ListQueues') {
      const from = Number(request.NextToken ?? 0)
      const page = names.slice(from, from + Number(request.MaxResults))
      const next = from + page.length
      return awsAnswer({
        QueueUrls: page.map((name) => `https://sqs.test/0/${name}`),
        ...(next < names.length ? { NextToken: String(next) } : {}),
      })
    }
    const name = String(request.QueueUrl).split('/').at(-1)
    return awsAnswer({
      Attributes: {
        QueueArn: `arn:aws:sqs:eu-west-2:0:${name}`,
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        ApproximateNumberOfMessagesDelayed: '0',
      },
    })
  })
  useEndpoints({ sqs: upstream.url })
  const result = await sqs.poll(makeContext())
  expect(readingsOf(result, 'queues')[0]?.queues.map((queue) => queue.name)).toEqual(names)
}, 30_000)

test('a queue that fails alone is a gap of its name and stays in the inventory as it was known', async () => {
  await createOrders()
  let nowMs = Date.now()
  const first = await sqs.poll(makeContext({ nowMs: () => nowMs }))
  nowMs += 30_000
  server.faults.add({
    operation: 'GetQueueAttributes',
    queue: /^orders$/,
    action: { kind: 'error', code: 'AccessDenied', status: 403 },
  })
  const result = await again(first, { nowMs: () => nowMs })
  expect(readingsOf(result, 'gap')).toEqual([
    expect.objectContaining({
      scope: 'orders',
      reason: 'denied',
      message: expect.stringContaining('sqs:GetQueueAttributes'),
    }),
  ])
  expect(readingsOf(result, 'queues')[0]?.queues.map((queue) => queue.name)).toEqual(['orders', 'orders-dlq'])
  expect(readingsOf(result, 'depths')[0]?.depths.map((depth) => depth.queue)).toEqual(['orders-dlq'])
})

test('a queue that was deleted since it was listed is gone and no gap', async () => {
  await createOrders()
  server.faults.add({
    operation: 'GetQueueAttributes',
    queue: /^orders-dlq$/,
    action: { kind: 'error', code: 'QueueDoesNotExist', status: 400 },
  })
  const result = await sqs.poll(makeContext())
  expect(readingsOf(result, 'gap')).toEqual([])
  expect(readingsOf(result, 'queues')[0]?.queues.map((queue) => queue.name)).toEqual(['orders'])
})

test('fails as a whole when no queue can be read', async () => {
  await createOrders()
  server.faults.add({ operation: 'GetQueueAttributes', action: { kind: 'error', code: 'AccessDenied', status: 403 } })
  await expect(sqs.poll(makeContext())).rejects.toMatchObject({ reason: 'denied' })
})

test('does not ask hundreds of queues that are not answered one after the other', async () => {
  for (let index = 0; index < 60; index += 1) await createQueue(`side-${index}`)
  server.faults.add({ operation: 'GetQueueAttributes', action: { kind: 'drop-before' } })
  const { lastSeq } = log
  await expect(sqs.poll(makeContext())).rejects.toMatchObject({ reason: 'unreachable' })
  expect(log.countByOperation({ afterSeq: lastSeq })['sqs GetQueueAttributes']).toBeLessThanOrEqual(16 * 3)
}, 20_000)

test.each([
  [
    'a count that is missing',
    { ApproximateNumberOfMessagesDelayed: undefined },
    'ApproximateNumberOfMessagesDelayed is missing',
  ],
  [
    'a count that is no number',
    { ApproximateNumberOfMessages: 'many' },
    'ApproximateNumberOfMessages is not a whole number',
  ],
  ['a redrive policy that is no JSON', { RedrivePolicy: '{' }, 'RedrivePolicy is not JSON'],
])('%s is an invalid answer and never a zero', async (_, change, words) => {
  await using upstream = await startUpstream(({ operation }) =>
    operation === 'ListQueues'
      ? awsAnswer({ QueueUrls: ['https://sqs.test/0/orders'] })
      : awsAnswer({
          Attributes: {
            QueueArn: 'arn:aws:sqs:eu-west-2:0:orders',
            ApproximateNumberOfMessages: '0',
            ApproximateNumberOfMessagesNotVisible: '0',
            ApproximateNumberOfMessagesDelayed: '0',
            ...change,
          },
        }),
  )
  useEndpoints({ sqs: upstream.url })
  await expect(sqs.poll(makeContext())).rejects.toMatchObject({
    reason: 'invalid-answer',
    message: expect.stringContaining(words),
  })
})

test('with a long beat the dead-letter queues are still read every minute, and only they', async () => {
  await createOrders()
  const settings = { sources: { sqs: { everySeconds: 300 } } }
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  const base = makeContext({ settings, nowMs: () => nowMs })
  const first = await sqs.poll(base)
  const queues = readingsOf(first, 'queues')[0]?.queues ?? []
  nowMs += 60_000
  const between = await sqs.poll({ ...base, queues, cursor: storedCursor(first) })
  expect(sqs.everySeconds(base.settings)).toBe(60)
  expect(readingsOf(between, 'queues')[0]?.queues).toHaveLength(2)
  expect(readingsOf(between, 'depths')[0]?.depths.map((depth) => depth.queue)).toEqual(['orders-dlq'])
  nowMs += 240_000
  const next = await sqs.poll({ ...base, queues, cursor: storedCursor(between) })
  expect(readingsOf(next, 'queues')[0]?.queues).toHaveLength(2)
})

test('tells what a queue lets others do with it, and its tags', async () => {
  const allow = { redrivePermission: 'byQueue', sourceQueueArns: ['arn:aws:sqs:eu-west-2:000000000000:orders'] }
  await createQueue('orders-dlq', { RedriveAllowPolicy: JSON.stringify(allow) }, { service: 'shop' })
  const [queue] = readingsOf(await sqs.poll(makeContext()), 'queues')[0]?.queues ?? []
  expect(queue).toMatchObject({
    redriveAllow: { permission: 'byQueue', sourceArns: ['arn:aws:sqs:eu-west-2:000000000000:orders'] },
    tags: { service: 'shop' },
  })
})

test('tags are asked for once a day, a part of the queues at a time, and a refusal is no failure', async () => {
  for (let index = 0; index < 60; index += 1) await createQueue(`side-${index}`, {}, { service: 'side' })
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  let poll = await sqs.poll(makeContext({ nowMs: () => nowMs }))
  const asked: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    asked.push(log.countByOperation()['sqs ListQueueTags'] ?? 0)
    nowMs += 30_000
    poll = await again(poll, { nowMs: () => nowMs })
  }
  expect(asked).toEqual([50, 60, 60])
  server.faults.add({ operation: 'ListQueueTags', action: { kind: 'error', code: 'AccessDenied', status: 403 } })
  nowMs += 26 * 3_600_000
  poll = await again(poll, { nowMs: () => nowMs })
  // One refusal ends it for this poll; those that were under way came too.
  expect(log.countByOperation()['sqs ListQueueTags']).toBeGreaterThan(60)
  expect(log.countByOperation()['sqs ListQueueTags']).toBeLessThanOrEqual(68)
  expect(readingsOf(poll, 'gap')).toEqual([])
  const queues = readingsOf(poll, 'queues')[0]?.queues ?? []
  expect(queues.every(({ tags }) => tags?.['service'] === 'side')).toBe(true)
})

/** The poll after this one, with what the store would hold then. */
async function again(before: PollResult, options: ContextOptions): Promise<PollResult> {
  const queues = readingsOf(before, 'queues')[0]?.queues ?? []
  return sqs.poll({ ...makeContext(options), queues, cursor: storedCursor(before) })
}

test('a quiet queue is read less often and keeps its last reading in between; its dead-letter queue is read each minute', async () => {
  await createOrders()
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  const options = { nowMs: () => nowMs }
  let poll = await sqs.poll(makeContext(options))
  const reads: Record<string, number> = { orders: 0, 'orders-dlq': 0 }
  for (let minute = 0; minute < 180; minute += 0.5) {
    nowMs += 30_000
    poll = await again(poll, options)
    expect(readingsOf(poll, 'queues')[0]?.queues).toHaveLength(2)
    if (minute < 120) continue
    for (const { queue } of readingsOf(poll, 'depths')[0]?.depths ?? []) reads[queue] = (reads[queue] ?? 0) + 1
  }
  expect(reads).toEqual({ orders: 12, 'orders-dlq': 60 })
  expect(readingsOf(poll, 'queues')[0]?.queues[0]?.beat).toMatchObject({ everySeconds: 300 })
})

test('throttled calls are gaps and never zeros, the rest is left in peace, and the next polls ask less', async () => {
  for (let index = 0; index < 40; index += 1) await createQueue(`side-${index}`)
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  const options = { nowMs: () => nowMs }
  const first = await sqs.poll(makeContext(options))
  const remove = server.faults.add({
    operation: 'GetQueueAttributes',
    queue: /^side-[1-3]/,
    action: { kind: 'throttle' },
  })
  nowMs += 30_000
  const { lastSeq } = log
  const throttled = await again(first, options)
  expect(log.countByOperation({ afterSeq: lastSeq })['sqs GetQueueAttributes']).toBeLessThan(40 * 3)
  const gaps = readingsOf(throttled, 'gap')
  expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['throttled']))
  const told = readingsOf(throttled, 'depths')[0]?.depths.map(({ queue }) => queue) ?? []
  expect(told.filter((queue) => gaps.some(({ scope }) => scope === queue))).toEqual([])
  remove()
  nowMs += 30_000
  const rested = await again(throttled, options)
  expect(readingsOf(rested, 'depths')).toEqual([])
  expect(readingsOf(rested, 'gap')).toHaveLength(gaps.length)
  nowMs += 30_000
  const calm = await again(rested, options)
  expect(readingsOf(calm, 'depths')[0]?.depths).toHaveLength(40)
  expect(readingsOf(calm, 'gap')).toEqual([])
}, 60_000)

test('a queue that is answered late in a long poll does not miss the next one', async () => {
  await createOrders()
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  // Every look at the clock is five seconds later: as in a poll of thousands of queues.
  const first = await sqs.poll(makeContext({ nowMs: () => (nowMs += 5_000) }))
  nowMs = (readingsOf(first, 'queues')[0]?.atMs ?? 0) + 30_000
  const next = await again(first, { nowMs: () => nowMs })
  expect(readingsOf(next, 'depths')[0]?.depths).toHaveLength(2)
})

test('an abort is an abort and no failure of SQS', async () => {
  await createOrders()
  const stop = new AbortController()
  server.faults.onBefore('GetQueueAttributes', () => stop.abort(new Error('shutting down')))
  await expect(sqs.poll(makeContext({ signal: stop.signal }))).rejects.toThrow('shutting down')
})
