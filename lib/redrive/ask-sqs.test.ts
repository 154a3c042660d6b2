import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { closeAwsClients } from '#lib/aws/clients.ts'
import { homeReach } from '#lib/aws/places.ts'
import { useEndpoints } from '#lib/sources/fixtures/make-context.ts'
import { awsAnswer, startUpstream, type Upstream } from '#lib/sources/fixtures/start-upstream.ts'
import { CallSlots } from './call-slots.ts'
import { deleteBatch } from './queue-calls.ts'

let upstream: Upstream
beforeEach(async () => {
  upstream = await startUpstream(() => awsAnswer({ Successful: [{ Id: '0' }] }))
  useEndpoints({ sqs: upstream.url })
})
afterEach(async () => {
  vi.useRealTimers()
  closeAwsClients()
  await upstream[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

const message = { receipt: 'r-1' }

/** Asks in its turn while the only slot is taken, until `free` is called. */
function askBehindAnother(signal = new AbortController().signal) {
  const slots = new CallSlots(1)
  const { promise: other, resolve: free } = Promise.withResolvers<void>()
  void slots.run(() => other)
  let counted = 0
  const access = { aws: homeReach('eu-west-2'), signal, countCall: () => void (counted += 1), slots }
  const asking = deleteBatch(access, `${upstream.url}/000000000000/orders-dlq`, [message])
  // Whoever waits for it learns of it.
  asking.catch(() => {})
  return { asking, free, counted: () => counted }
}

test('a request is sent when its turn has come', async () => {
  const { asking, free, counted } = askBehindAnother()
  // Once this has been answered on the same connections, the other would have been too.
  await deleteBatch(
    { aws: homeReach('eu-west-2'), signal: new AbortController().signal, countCall: () => {} },
    `${upstream.url}/000000000000/first`,
    [message],
  )
  expect(upstream.asked.map(({ body }) => JSON.parse(body).QueueUrl)).toEqual([`${upstream.url}/000000000000/first`])
  expect(counted()).toBe(0)
  free()
  await expect(asking).resolves.toEqual([message])
  expect([upstream.asked.length, counted()]).toEqual([2, 1])
})

test('the deadline does not run while a request waits for its turn', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { asking, free } = askBehindAnother()
  await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(60_000)
  free()
  await expect(asking).resolves.toEqual([message])
})

test('what is aborted while it waits for its turn is not sent, and gives its turn on', async () => {
  const ending = new AbortController()
  const { asking, free, counted } = askBehindAnother(ending.signal)
  await new Promise((resolve) => setImmediate(resolve))
  ending.abort(new Error('the redrive is paused'))
  free()
  await expect(asking).rejects.toThrow('the redrive is paused')
  expect([upstream.asked.length, counted()]).toEqual([0, 0])
})
