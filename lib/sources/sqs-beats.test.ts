import { expect, test } from 'vitest'
import { makeContext, readingsOf, storedCursor } from './fixtures/make-context.ts'
import { sqs } from './sqs.ts'
import { pollAgain } from './fixtures/poll-again.ts'
import { useSqs } from './fixtures/use-sqs.ts'

const { log, server, createQueue, createOrders } = useSqs()

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

test('tags are asked for once a day, a part of the queues at a time, and a refusal is no failure', async () => {
  for (let index = 0; index < 60; index += 1) await createQueue(`side-${index}`, {}, { service: 'side' })
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  let poll = await sqs.poll(makeContext({ nowMs: () => nowMs }))
  const asked: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    asked.push(log().countByOperation()['sqs ListQueueTags'] ?? 0)
    nowMs += 30_000
    poll = await pollAgain(sqs, poll, { nowMs: () => nowMs })
  }
  expect(asked).toEqual([50, 60, 60])
  server().faults.add({ operation: 'ListQueueTags', action: { kind: 'error', code: 'AccessDenied', status: 403 } })
  nowMs += 26 * 3_600_000
  poll = await pollAgain(sqs, poll, { nowMs: () => nowMs })
  // One refusal ends it for this poll; those that were under way came too.
  expect(log().countByOperation()['sqs ListQueueTags']).toBeGreaterThan(60)
  expect(log().countByOperation()['sqs ListQueueTags']).toBeLessThanOrEqual(68)
  expect(readingsOf(poll, 'gap')).toEqual([])
  const queues = readingsOf(poll, 'queues')[0]?.queues ?? []
  expect(queues.every(({ tags }) => tags?.['service'] === 'side')).toBe(true)
})

test('a quiet queue is read less often and keeps its last reading in between; its dead-letter queue is read each minute', async () => {
  await createOrders()
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  const options = { nowMs: () => nowMs }
  let poll = await sqs.poll(makeContext(options))
  const reads: Record<string, number> = { orders: 0, 'orders-dlq': 0 }
  for (let minute = 0; minute < 180; minute += 0.5) {
    nowMs += 30_000
    poll = await pollAgain(sqs, poll, options)
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
  const remove = server().faults.add({
    operation: 'GetQueueAttributes',
    queue: /^side-[1-3]/,
    action: { kind: 'throttle' },
  })
  nowMs += 30_000
  const { lastSeq } = log()
  const throttled = await pollAgain(sqs, first, options)
  expect(log().countByOperation({ afterSeq: lastSeq })['sqs GetQueueAttributes']).toBeLessThan(40 * 3)
  const gaps = readingsOf(throttled, 'gap')
  expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['throttled']))
  const told = readingsOf(throttled, 'depths')[0]?.depths.map(({ queue }) => queue) ?? []
  expect(told.filter((queue) => gaps.some(({ scope }) => scope === queue))).toEqual([])
  remove()
  nowMs += 30_000
  const rested = await pollAgain(sqs, throttled, options)
  expect(readingsOf(rested, 'depths')).toEqual([])
  expect(readingsOf(rested, 'gap')).toHaveLength(gaps.length)
  nowMs += 30_000
  const calm = await pollAgain(sqs, rested, options)
  expect(readingsOf(calm, 'depths')[0]?.depths).toHaveLength(40)
  expect(readingsOf(calm, 'gap')).toEqual([])
})

test('a queue that is answered late in a long poll does not miss the next one', async () => {
  await createOrders()
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  // Every look at the clock is five seconds later: as in a poll of thousands of queues.
  const first = await sqs.poll(makeContext({ nowMs: () => (nowMs += 5_000) }))
  nowMs = (readingsOf(first, 'queues')[0]?.atMs ?? 0) + 30_000
  const next = await pollAgain(sqs, first, { nowMs: () => nowMs })
  expect(readingsOf(next, 'depths')[0]?.depths).toHaveLength(2)
})

test('queues of the flow and their dead-letter queues are read whatever the prefixes are, in every poll', async () => {
  await createOrders()
  await createQueue('orders-of-others')
  await createQueue('tis-a')
  const settings = { sources: { sqs: { queuePrefixes: ['tis-'] } }, flow: [{ queue: 'orders' }] }
  let nowMs = Date.parse('2026-11-22T09:00:00Z')
  let poll = await sqs.poll(makeContext({ settings, nowMs: () => nowMs }))
  const names: (readonly string[])[] = []
  for (let turn = 0; turn < 4; turn += 1) {
    names.push(readingsOf(poll, 'queues')[0]?.queues.map(({ name }) => name) ?? [])
    nowMs += 30_000
    poll = await pollAgain(sqs, poll, { settings, nowMs: () => nowMs })
  }
  const known = ['orders', 'orders-dlq', 'tis-a']
  expect(names).toEqual([['orders', 'tis-a'], known, known, known])
})
