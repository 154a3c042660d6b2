import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { awsAnswer, awsError, startUpstream } from '#lib/sources/fixtures/start-upstream.ts'
import { useEndpoints } from '#lib/sources/fixtures/make-context.ts'
import { closeAwsClients, getSqsClient } from './clients.ts'
import { inAwsCall } from './aws-call.ts'
import { homeReach } from './places.ts'

const { home } = homeReach('eu-west-2')
let attempts = 0
beforeEach(() => {
  attempts = 0
})
afterAll(() => closeAwsClients())

async function listQueues(): Promise<string> {
  const scope = { signal: new AbortController().signal, onAttempt: () => void (attempts += 1) }
  try {
    await inAwsCall(scope, () => getSqsClient(home).send(new ListQueuesCommand({})))
    return 'answered'
  } catch (error) {
    return error instanceof Error ? error.name : 'failed'
  }
}

test('counts every request that the upstream receives, retries included', async () => {
  let asked = 0
  await using upstream = await startUpstream(() => {
    asked += 1
    return asked < 3 ? awsError(500, 'InternalFailure') : awsAnswer({ QueueUrls: [] })
  })
  useEndpoints({ sqs: upstream.url })
  expect(await listQueues()).toBe('answered')
  expect([attempts, upstream.asked.length]).toEqual([3, 3])
})

test('gives up after three attempts and has counted each', async () => {
  await using upstream = await startUpstream(() => awsError(400, 'RequestThrottled'))
  useEndpoints({ sqs: upstream.url })
  expect(await listQueues()).toBe('RequestThrottled')
  expect([attempts, upstream.asked.length]).toEqual([3, 3])
})

test('counts a request whose connection was cut instead of answered', async () => {
  await using upstream = await startUpstream(() => 'reset')
  useEndpoints({ sqs: upstream.url })
  await listQueues()
  expect(attempts).toBe(upstream.asked.length)
  expect(attempts).toBeGreaterThan(0)
})

test('counts nothing where nothing could be sent', async () => {
  useEndpoints({})
  expect(await listQueues()).not.toBe('answered')
  expect(attempts).toBe(0)
})

test('the client is the same for the whole process until it is closed', () => {
  const first = getSqsClient(home)
  expect(getSqsClient(home)).toBe(first)
  closeAwsClients()
  expect(getSqsClient(home)).not.toBe(first)
})
