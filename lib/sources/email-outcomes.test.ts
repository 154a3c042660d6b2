import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { beforeEach, expect, test } from 'vitest'
import { readEnv } from '#lib/config/env.ts'
import type { PollContext } from './define-source.ts'
import { emailOutcomes } from './email-outcomes.ts'
import { makeContext, readingsOf, useEndpoints } from './fixtures/make-context.ts'
import { awsAnswer, startUpstream } from './fixtures/start-upstream.ts'
import { profiles } from './profiles.ts'
import { readToMsOf, tapCursor } from './tap-cursor.ts'
import { useSqs } from './fixtures/use-sqs.ts'
import { sampleLines } from './fixtures/outcome-samples.ts'

const bodies: readonly string[] = sampleLines.map(({ message }) => message.Body)

const { log, server, client, createQueue } = useSqs()
let queueUrl: string
beforeEach(async () => {
  queueUrl = await createQueue('outcomes.fifo', { FifoQueue: 'true' })
})

let sent = 0
async function send(body: string): Promise<void> {
  sent += 1
  await client().send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageGroupId: `g-${sent}`,
      MessageDeduplicationId: `d-${sent}`,
    }),
  )
}

function context(signal?: AbortSignal): PollContext {
  return makeContext({ settings: { sources: { 'email-outcomes': { queueUrl } } }, ...(signal ? { signal } : {}) })
}

/** Settles when a long poll has reached the server. */
function receiveArrives(): Promise<void> {
  return new Promise((resolve) => {
    server().faults.onBefore('ReceiveMessage', () => resolve())
  })
}

const left = (): number =>
  server().store.measure('outcomes.fifo').visible + server().store.measure('outcomes.fifo').notVisible

test('refuses a body that is not the one whose digest SQS gives', async () => {
  await using upstream = await startUpstream(() =>
    awsAnswer({ Messages: [{ MessageId: 'm-1', ReceiptHandle: 'r-1', Body: 'changed', MD5OfBody: '0'.repeat(32) }] }),
  )
  useEndpoints({ sqs: upstream.url })
  await expect(emailOutcomes.poll(context())).rejects.toMatchObject({
    name: 'SourceError',
    reason: 'invalid-answer',
    message: expect.stringMatching(/cannot be used: the bodies of m-1 are not those/),
  })
  expect(upstream.asked.map(({ operation }) => operation)).toEqual(['ReceiveMessage'])
})

test('tells every message as an event or as unreadable, and deletes them only after the commit', async () => {
  for (const body of bodies) await send(body)
  const first = await emailOutcomes.poll(context())
  const second = await emailOutcomes.poll(context())
  expect([first.hasMore, second.hasMore]).toEqual([true, false])
  const events = [first, second].flatMap((result) => readingsOf(result, 'outcomes').flatMap((one) => one.events))
  const unreadable = [first, second].flatMap((result) =>
    readingsOf(result, 'unreadable').flatMap((one) => one.messages),
  )
  expect([events.length, unreadable.length]).toEqual([6, 8])
  expect(unreadable.map((one) => one.body).every((body) => bodies.includes(body))).toBe(true)
  expect(events.every((event) => event.order.sequence !== null && event.order.sentTimestampMs !== null)).toBe(true)
  expect(log().list({ operation: 'DeleteMessageBatch' })).toEqual([])
  expect(left()).toBe(14)
  await first.afterCommit?.()
  await second.afterCommit?.()
  expect(left()).toBe(0)
})

test('an event is told within a moment of its arrival, in the middle of a long poll', async () => {
  const isWaiting = receiveArrives()
  const polled = emailOutcomes.poll(context())
  await isWaiting
  const sentAtMs = Date.now()
  await send(bodies[7] ?? '')
  const result = await polled
  expect(readingsOf(result, 'outcomes')[0]?.events).toHaveLength(1)
  expect(Date.now() - sentAtMs).toBeLessThan(1_500)
})

test('entries of a batch that fail to be deleted are tried again', async () => {
  for (const body of bodies.slice(0, 9)) await send(body)
  const result = await emailOutcomes.poll(context())
  server().faults.add({ operation: 'DeleteMessageBatch', times: 1, action: { kind: 'partial-batch', every: 2 } })
  await result.afterCommit?.()
  expect(left()).toBe(0)
  const [, second] = log().list({ operation: 'DeleteMessageBatch' })
  expect(JSON.stringify(second?.request).match(/ReceiptHandle/g)).toHaveLength(4)
})

test('a delete that is refused is said, with the permission, until one succeeds', async () => {
  await send(bodies[7] ?? '')
  const result = await emailOutcomes.poll(context())
  const allow = server().faults.add({
    operation: 'DeleteMessageBatch',
    action: { kind: 'error', code: 'AccessDenied', status: 403 },
  })
  await expect(result.afterCommit?.()).rejects.toMatchObject({ reason: 'denied' })
  await send(bodies[8] ?? '')
  const next = await emailOutcomes.poll(context())
  expect(readingsOf(next, 'gap')).toEqual([
    expect.objectContaining({ reason: 'denied', message: expect.stringContaining('sqs:DeleteMessage') }),
  ])
  allow()
  await next.afterCommit?.()
  await send(bodies[9] ?? '')
  expect(readingsOf(await emailOutcomes.poll(context()), 'gap')).toEqual([])
})

test('knows up to when it has read while more may be waiting, and that it has read all once nothing comes', async () => {
  const sentMs = Date.now()
  await send(bodies[7] ?? '')
  const { cursor } = await emailOutcomes.poll(context())
  expect(Math.abs((readToMsOf(cursor) ?? 0) - sentMs)).toBeLessThan(5_000)
  await using empty = await startUpstream(() => awsAnswer({}))
  useEndpoints({ sqs: empty.url })
  expect((await emailOutcomes.poll({ ...context(), cursor })).cursor).toBeNull()
  expect(tapCursor({ readToMs: 7 }, [3, null])).toEqual({ readToMs: 7 })
})

test('stops waiting at once when it is aborted', async () => {
  const stop = new AbortController()
  const isWaiting = receiveArrives()
  const refused = expect(emailOutcomes.poll(context(stop.signal))).rejects.toThrow('shutting down')
  await isWaiting
  stop.abort(new Error('shutting down'))
  await refused
})

test('deletes what is committed even when the poll is aborted meanwhile', async () => {
  await send(bodies[7] ?? '')
  const stop = new AbortController()
  const result = await emailOutcomes.poll(context(stop.signal))
  stop.abort()
  await result.afterCommit?.()
  expect(left()).toBe(0)
})

test('profiles of a tap queue: created when told, else when sent; what is no profile is kept', async () => {
  for (const body of [
    '{"traineeTisId":"900117"}',
    '{"traineeTisId":5,"createdAt":"2026-11-20T08:00:00Z"}',
    '{"traineeTisId":null}',
    '{"tr',
    '{"traineeTisId":"7","createdAt":"2999-01-01T00:00:00Z"}',
  ])
    await send(body)
  const startMs = Date.now()
  const result = await profiles.poll(makeContext({ settings: { sources: { profiles: { queueUrl } } } }))
  const [told] = readingsOf(result, 'profiles')
  expect(told?.profiles[1]).toEqual({ ref: '5', createdAtMs: Date.parse('2026-11-20T08:00:00Z') })
  expect(told?.profiles[0]?.ref).toBe('900117')
  expect(Math.abs((told?.profiles[0]?.createdAtMs ?? 0) - startMs)).toBeLessThan(5_000)
  expect(readingsOf(result, 'unreadable')[0]?.messages.map((one) => one.body)).toEqual([
    '{"traineeTisId":null}',
    '{"tr',
    '{"traineeTisId":"7","createdAt":"2999-01-01T00:00:00Z"}',
  ])
  await result.afterCommit?.()
  expect(left()).toBe(0)
})

const details = (tisId: string, data: object): string => JSON.stringify({ tisId, record: { tisId, data } })

test('contact details on the tap of profiles tell who has an address in the source, and nothing else is taken of them', async () => {
  const [withOne, withNone, silent] = [
    details('900042', { email: 'a.trainee@example.com', forenames: 'Alex' }),
    details('900043', { email: null }),
    details('900044', { forenames: 'Sam' }),
  ]
  for (const body of [withOne, withNone, silent]) await send(body)
  const result = await profiles.poll(makeContext({ settings: { sources: { profiles: { queueUrl } } } }))
  expect(readingsOf(result, 'addresses').flatMap(({ addresses }) => addresses)).toEqual([
    { ref: '900042', hasAddress: true, atMs: expect.any(Number) },
    { ref: '900043', hasAddress: false, atMs: expect.any(Number) },
  ])
  expect(readingsOf(result, 'unreadable')[0]?.messages).toMatchObject([
    { body: silent, reason: expect.stringContaining('record.data.email') },
  ])
  expect(readingsOf(result, 'profiles')).toEqual([])
})

test('without a secret for what is not understood no queue is read, and pushed profiles still are taken', () => {
  const { env } = readEnv({ AWS_REGION: 'eu-west-2' })
  const { settings } = makeContext({
    settings: { sources: { 'email-outcomes': { queueUrl }, profiles: { queueUrl } } },
  })
  expect(emailOutcomes.missing(env, settings)).toMatch(/^SPILLWAY_SECRET is not set: /)
  expect(profiles.missing(env, settings)).toMatch(/^SPILLWAY_SECRET is not set: /)
  expect(profiles.missing(env, makeContext({ settings: { sources: { profiles: {} } } }).settings)).toBeNull()
})

test('profiles that are sent to Spillway are not polled', async () => {
  const pushed = makeContext({ settings: { sources: { profiles: {} } } })
  expect(profiles.isPushed?.(pushed.settings)).toBe(true)
  expect(profiles.missing(pushed.env, pushed.settings)).toBeNull()
  expect(await profiles.poll(pushed)).toEqual({ readings: [], cursor: null })
  expect(log().list()).toHaveLength(1)
})
