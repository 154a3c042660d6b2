import { CreateQueueCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { startPlaces, type Places } from '#world/places/start-places.ts'
import { cloudwatchAlarms } from './cloudwatch-alarms.ts'
import { cloudwatchMetrics } from './cloudwatch-metrics.ts'
import type { PollContext, PollResult, Source } from './define-source.ts'
import { makeContext, readingsOf, storedCursor, useEndpoints } from './fixtures/make-context.ts'
import { sqs } from './sqs.ts'

const ROLE = 'arn:aws:iam::111122223333:role/spillway'
const aws = {
  places: [
    { name: 'ireland', region: 'eu-west-1' },
    { name: 'partner', region: 'eu-west-2', roleArn: ROLE, externalId: 'tis' },
  ],
}

let world: Places<'home' | 'ireland' | 'partner'>

beforeEach(async () => {
  world = await startPlaces(
    {
      home: { region: 'eu-west-2', account: '000000000000' },
      ireland: { region: 'eu-west-1', account: '000000000000' },
      partner: { region: 'eu-west-2', account: '111122223333' },
    },
    { homeAccount: '000000000000', roles: [{ arn: ROLE, externalId: 'tis' }] },
  )
  const { endpoint } = world.front
  useEndpoints({ sqs: endpoint, cloudwatch: endpoint, sts: endpoint })
})
afterEach(() => world.stop())
afterAll(() => closeAwsClients())

async function createQueue(client: SQSClient, name: string, messages = 0, attributes = {}): Promise<string> {
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  for (let sent = 0; sent < messages; sent += 1)
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: String(sent) }))
  return QueueUrl
}

/** A queue of one name in every place, with one, two and three messages, and a dead-letter queue. */
async function createOrders(): Promise<void> {
  for (const [messages, { infrastructure, sqs: server }] of [
    [1, world.of.home],
    [2, world.of.ireland],
    [3, world.of.partner],
  ] as const) {
    await createQueue(infrastructure, 'orders-dlq')
    const policy = { deadLetterTargetArn: server.store.arnOf('orders-dlq'), maxReceiveCount: 3 }
    await createQueue(infrastructure, 'orders', messages, { RedrivePolicy: JSON.stringify(policy) })
  }
}

function poll(source: Source, before?: PollResult, more: Partial<PollContext> = {}): Promise<PollResult> {
  const known = before === undefined ? {} : { queues: queuesOf(before), cursor: storedCursor(before) }
  return source.poll({ ...makeContext({ settings: { aws } }), ...known, ...more })
}

const queuesOf = (result: PollResult) => readingsOf(result, 'queues')[0]?.queues ?? []
const depthsOf = (result: PollResult) =>
  Object.fromEntries((readingsOf(result, 'depths')[0]?.depths ?? []).map(({ queue, visible }) => [queue, visible]))

test('queues of one name in three places are three queues, each read where it is', async () => {
  await createOrders()
  const result = await poll(sqs)
  expect(depthsOf(result)).toEqual({
    orders: 1,
    'orders-dlq': 0,
    'orders@ireland': 2,
    'orders-dlq@ireland': 0,
    'orders@partner': 3,
    'orders-dlq@partner': 0,
  })
  expect(queuesOf(result).find(({ name }) => name === 'orders@partner')).toMatchObject({
    arn: 'arn:aws:sqs:eu-west-2:111122223333:orders',
    dlqArn: 'arn:aws:sqs:eu-west-2:111122223333:orders-dlq',
  })
  expect(new Set(queuesOf(result).map(({ arn }) => arn)).size).toBe(6)
  expect(readingsOf(result, 'gap')).toEqual([])
  // The key that STS gave, and no other, is known in the other account.
  expect(new Set(world.of.partner.log.list().map(({ caller }) => caller.slice(0, 16)))).toEqual(
    new Set(['infrastructure', 'ASIA111122223333']),
  )
  expect(world.log.list({ service: 'sts' })[0]?.request).toMatchObject({ RoleArn: ROLE, ExternalId: 'tis' })
})

test('one role serves every call of a place until its key runs out', async () => {
  await createOrders()
  const first = await poll(sqs)
  await poll(sqs, first)
  expect(world.log.list({ operation: 'AssumeRole' })).toHaveLength(1)
})

test('a role that is refused makes its queues unknown with the reason, and never zero or gone; the others are read', async () => {
  await createOrders()
  const before = await poll(sqs)
  closeAwsClients()
  const refused = {
    places: aws.places.map((place) => ({ ...place, ...('roleArn' in place && { externalId: 'guess' }) })),
  }
  const settings = makeContext({ settings: { aws: refused } }).settings
  const later = Date.now() + 120_000
  const after = await poll(sqs, before, { settings, nowMs: () => later })
  expect(Object.keys(depthsOf(after)).toSorted()).toEqual([
    'orders',
    'orders-dlq',
    'orders-dlq@ireland',
    'orders@ireland',
  ])
  expect(queuesOf(after).map(({ name }) => name)).toEqual(queuesOf(before).map(({ name }) => name))
  const gaps = readingsOf(after, 'gap')
  expect(gaps.map(({ scope }) => scope)).toEqual(['@partner', 'orders@partner', 'orders-dlq@partner'])
  expect(gaps[0]).toMatchObject({ reason: 'denied' })
  expect(gaps[0]?.message).toMatch(/^STS AssumeRole for arn:aws:iam::111122223333:role\/spillway was refused/)
  const mended = await poll(sqs, after, { nowMs: () => later + 120_000 })
  expect(readingsOf(mended, 'gap')).toEqual([])
  expect(depthsOf(mended)).toMatchObject({ 'orders@partner': 3 })
})

test('a region that does not answer leaves the others in peace, and the poll fails only when none answers', async () => {
  await createOrders()
  const before = await poll(sqs)
  world.of.ireland.sqs.faults.add({ operation: '*', action: { kind: 'down' } })
  const after = await poll(sqs, before, { nowMs: () => Date.now() + 120_000 })
  expect(readingsOf(after, 'gap').map(({ scope, reason }) => [scope, reason])).toEqual([
    ['@ireland', 'unreachable'],
    ['orders@ireland', 'unreachable'],
    ['orders-dlq@ireland', 'unreachable'],
  ])
  expect(depthsOf(after)).toMatchObject({ orders: 1, 'orders@partner': 3 })
  for (const { sqs: server } of [world.of.home, world.of.partner])
    server.faults.add({ operation: '*', action: { kind: 'down' } })
  await expect(poll(sqs, before)).rejects.toMatchObject({ reason: 'unreachable' })
})

test('metrics and alarms are asked for where the queue is, and not at all where the settings say so', async () => {
  await createOrders()
  const inventory = await poll(sqs)
  const quiet = { places: aws.places.map((place) => ({ ...place, cloudwatch: place.name !== 'ireland' })) }
  const { settings } = makeContext({ settings: { aws: quiet, sources: { 'cloudwatch-metrics': { backfillDays: 0 } } } })
  await poll(cloudwatchMetrics, undefined, { settings, queues: queuesOf(inventory) })
  await poll(cloudwatchAlarms, undefined, { settings })
  const asked = (place: 'home' | 'ireland' | 'partner') =>
    world.of[place].log.countByOperation({ service: 'cloudwatch' })
  expect([asked('home'), asked('ireland'), asked('partner')]).toEqual([
    { 'cloudwatch GetMetricData': 1, 'cloudwatch DescribeAlarms': 1 },
    {},
    { 'cloudwatch GetMetricData': 1, 'cloudwatch DescribeAlarms': 1 },
  ])
  const [call] = world.of.partner.log.list({ operation: 'GetMetricData' })
  expect(JSON.stringify(call?.request)).not.toContain('@')
})

test('alarms of a place that does not answer stay as they were', async () => {
  const deep = {
    AlarmName: 'deep',
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: 'orders' }],
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  } as const
  for (const { cloudwatch } of [world.of.home, world.of.partner]) cloudwatch.alarms.put(deep, Date.now())
  const before = await poll(cloudwatchAlarms)
  expect(readingsOf(before, 'alarms')[0]?.alarms.map(({ name, queue }) => [name, queue])).toEqual([
    ['deep', 'orders'],
    ['deep@partner', 'orders@partner'],
  ])
  world.of.partner.cloudwatch.setUp(false)
  const after = await poll(cloudwatchAlarms, undefined, { cursor: storedCursor(before) })
  expect(readingsOf(after, 'alarms')[0]).toMatchObject({ alarms: [{ name: 'deep' }], unread: ['deep@partner'] })
  expect(readingsOf(after, 'gap')).toMatchObject([{ scope: '@partner', reason: 'unreachable' }])
})
