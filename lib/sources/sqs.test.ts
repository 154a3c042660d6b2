import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { makeContext, readingsOf, useEndpoints } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream } from './fixtures/start-upstream.ts'
import { sqs } from './sqs.ts'
import { pollAgain } from './fixtures/poll-again.ts'
import { useSqs } from './fixtures/use-sqs.ts'

const { log, server, client, createQueue, createOrders } = useSqs()

test('tells the inventory with its dead-letter queues and the depth of each at the moment of its answer', async () => {
  const url = await createOrders()
  await createQueue('placements.fifo', { FifoQueue: 'true' })
  await client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a' }))
  await client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'b', DelaySeconds: 600 }))
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
  const { lastSeq } = log()
  const context = makeContext()
  await sqs.poll(context)
  const calls = { 'sqs ListQueues': 1, 'sqs GetQueueAttributes': 22, 'sqs ListQueueTags': 22 }
  expect(log().countByOperation({ afterSeq: lastSeq })).toEqual(calls)
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
})

test('a queue that fails alone is a gap of its name and stays in the inventory as it was known', async () => {
  await createOrders()
  let nowMs = Date.now()
  const first = await sqs.poll(makeContext({ nowMs: () => nowMs }))
  nowMs += 30_000
  server().faults.add({
    operation: 'GetQueueAttributes',
    queue: /^orders$/,
    action: { kind: 'error', code: 'AccessDenied', status: 403 },
  })
  const result = await pollAgain(sqs, first, { nowMs: () => nowMs })
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
  server().faults.add({
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
  server().faults.add({ operation: 'GetQueueAttributes', action: { kind: 'error', code: 'AccessDenied', status: 403 } })
  await expect(sqs.poll(makeContext())).rejects.toMatchObject({ reason: 'denied' })
})

test('does not ask hundreds of queues that are not answered one after the other', async () => {
  for (let index = 0; index < 60; index += 1) await createQueue(`side-${index}`)
  server().faults.add({ operation: 'GetQueueAttributes', action: { kind: 'drop-before' } })
  const { lastSeq } = log()
  await expect(sqs.poll(makeContext())).rejects.toMatchObject({ reason: 'unreachable' })
  expect(log().countByOperation({ afterSeq: lastSeq })['sqs GetQueueAttributes']).toBeLessThanOrEqual(16 * 3)
})

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

test('tells what a queue lets others do with it, and its tags', async () => {
  const allow = { redrivePermission: 'byQueue', sourceQueueArns: ['arn:aws:sqs:eu-west-2:000000000000:orders'] }
  await createQueue('orders-dlq', { RedriveAllowPolicy: JSON.stringify(allow) }, { service: 'shop' })
  const [queue] = readingsOf(await sqs.poll(makeContext()), 'queues')[0]?.queues ?? []
  expect(queue).toMatchObject({
    redriveAllow: { permission: 'byQueue', sourceArns: ['arn:aws:sqs:eu-west-2:000000000000:orders'] },
    tags: { service: 'shop' },
  })
})

test('an abort is an abort and no failure of SQS', async () => {
  await createOrders()
  const stop = new AbortController()
  server().faults.onBefore('GetQueueAttributes', () => stop.abort(new Error('shutting down')))
  await expect(sqs.poll(makeContext({ signal: stop.signal }))).rejects.toThrow('shutting down')
})
