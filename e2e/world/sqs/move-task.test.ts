import { setTimeout as sleep } from 'node:timers/promises'

import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { RequestLog } from '#world/request-log.ts'

import { startSqsServer } from './server.ts'
import type { SqsServer } from './server.ts'

let server: SqsServer
let client: SQSClient
let sourceUrl: string
let dlqUrl: string

beforeEach(async () => {
  server = await startSqsServer({ log: new RequestLog(), limits: { moveTaskCancelLagSeconds: 0.6 } })
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' }
  client = new SQSClient({ endpoint: server.endpoint, region: 'eu-west-2', credentials, maxAttempts: 1 })
  dlqUrl = await createQueue('dlq', {})
  const policy = JSON.stringify({ deadLetterTargetArn: server.store.arnOf('dlq'), maxReceiveCount: 1 })
  sourceUrl = await createQueue('source', { RedrivePolicy: policy, VisibilityTimeout: '0' })
})

afterEach(async () => {
  client.destroy()
  await server.stop()
})

async function createQueue(name: string, attributes: Record<string, string>): Promise<string> {
  const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  return QueueUrl
}

async function fail(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await client.send(new SendMessageCommand({ QueueUrl: sourceUrl, MessageBody: `${index}` }))
  }
  while (server.store.measure('dlq').visible < count) {
    await client.send(new ReceiveMessageCommand({ QueueUrl: sourceUrl, MaxNumberOfMessages: 10 }))
  }
}

async function start(ratePerSecond?: number): Promise<string> {
  const SourceArn = server.store.arnOf('dlq')
  const command = new StartMessageMoveTaskCommand({ SourceArn, MaxNumberOfMessagesPerSecond: ratePerSecond })
  return (await client.send(command)).TaskHandle ?? ''
}

async function latest() {
  const command = new ListMessageMoveTasksCommand({ SourceArn: server.store.arnOf('dlq') })
  return (await client.send(command)).Results?.[0]
}

it('goes on moving for a while after a cancel, as CANCELLING, and keeps every message', async () => {
  await fail(30)
  const TaskHandle = await start(20)
  while ((server.store.measure('source').visible ?? 0) < 1) await sleep(5)
  const { ApproximateNumberOfMessagesMoved: atCancel = 0 } = await client.send(
    new CancelMessageMoveTaskCommand({ TaskHandle }),
  )
  expect(await latest()).toMatchObject({ Status: 'CANCELLING' })
  expect((await latest())?.TaskHandle).toBeUndefined()
  while ((await latest())?.Status === 'CANCELLING') await sleep(20)
  const { Status, ApproximateNumberOfMessagesMoved: moved = 0 } = (await latest()) ?? {}
  expect(Status).toBe('CANCELLED')
  expect(moved).toBeGreaterThan(atCancel)
  expect(moved).toBeLessThan(30)
  expect(server.store.peekAll('source')).toHaveLength(moved)
  expect(server.store.peekAll('dlq')).toHaveLength(30 - moved)
})

it('passes over a message in flight and moves only what was there at the start', async () => {
  await fail(3)
  await client.send(new ReceiveMessageCommand({ QueueUrl: dlqUrl, VisibilityTimeout: 60 }))
  await start(50)
  await client.send(new SendMessageCommand({ QueueUrl: dlqUrl, MessageBody: 'late' }))
  while ((await latest())?.Status === 'RUNNING') await sleep(10)
  expect(await latest()).toMatchObject({ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 })
  expect(server.store.peekAll('dlq').map(({ state }) => state)).toEqual(['in-flight', 'visible'])
})

it('counts what it moves as sent at the destination and deleted at the source', async () => {
  await fail(2)
  await start()
  while ((await latest())?.Status === 'RUNNING') await sleep(10)
  expect(server.store.measure('source').counters.sent).toBe(4)
  expect(server.store.measure('dlq').counters).toMatchObject({ sent: 0, received: 2, deleted: 2 })
})

it('remembers the last ten tasks of a source', async () => {
  for (let round = 0; round < 12; round += 1) {
    await start(1 + round)
    while ((await latest())?.Status === 'RUNNING') await sleep(5)
  }
  const SourceArn = server.store.arnOf('dlq')
  const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }))
  expect(Results.map((task) => task.MaxNumberOfMessagesPerSecond)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3])
})
