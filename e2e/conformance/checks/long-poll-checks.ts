import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'

/** Waiting for messages. */
export const longPollChecks: readonly Check[] = [
  {
    id: 'long-poll-waits',
    title: 'A long poll on an empty queue lasts as long as it was asked to',
    source: SOURCES.recorded('test_wait_time_seconds_waits_correctly'),
    async run(context) {
      const queue = await context.createQueue()
      const started = performance.now()
      await context.receive(queue, { WaitTimeSeconds: 1 })
      const ms = performance.now() - started
      assert.ok(ms >= 950 && ms < 3_000, `lasted ${Math.round(ms)} ms`)
    },
  },
  {
    id: 'long-poll-queue-attribute',
    title: 'ReceiveMessageWaitTimeSeconds makes a receive without its own wait a long poll',
    source: SOURCES.recorded('test_wait_time_seconds_queue_attribute_waits_correctly'),
    async run(context) {
      const queue = await context.createQueue({ ReceiveMessageWaitTimeSeconds: '1' })
      const started = performance.now()
      await context.receive(queue, { WaitTimeSeconds: undefined })
      const ms = performance.now() - started
      assert.ok(ms >= 950, `lasted ${Math.round(ms)} ms`)
      const shortPoll = performance.now()
      await context.receive(queue, { WaitTimeSeconds: 0 })
      assert.ok(performance.now() - shortPoll < 900, 'a wait of zero is a short poll')
    },
  },
  {
    id: 'long-poll-wakes-on-send',
    title: 'A long poll answers as soon as a message is sent',
    source: SOURCES.guide('Amazon SQS short and long polling'),
    async run(context) {
      const queue = await context.createQueue()
      const started = performance.now()
      const polling = context.receive(queue, { WaitTimeSeconds: 8 })
      await sleep(300)
      await context.send(queue, 'wake')
      const [message] = await polling
      const ms = performance.now() - started
      assert.equal(message?.Body, 'wake')
      assert.ok(ms < 2_500, `answered after ${Math.round(ms)} ms`)
    },
  },
  {
    id: 'long-poll-wakes-on-return',
    title: 'A long poll answers when a message in flight becomes visible',
    source: SOURCES.guide('Amazon SQS short and long polling; Amazon SQS visibility timeout'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '1' })
      await context.send(queue, 'back')
      await context.receiveOne(queue)
      const started = performance.now()
      const [message] = await context.receive(queue, { WaitTimeSeconds: 8 })
      const ms = performance.now() - started
      assert.equal(message?.Body, 'back')
      assert.ok(ms < 3_000, `answered after ${Math.round(ms)} ms`)
    },
  },
  {
    id: 'long-poll-no-repeat',
    title: 'A long poll never holds a message twice, though its visibility timeout is shorter than the wait',
    source: SOURCES.api('ReceiveMessage, description'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'once')
      const messages = await context.receive(queue, {
        WaitTimeSeconds: 3,
        VisibilityTimeout: 1,
        MaxNumberOfMessages: 10,
      })
      assert.equal(messages.length, 1)
    },
  },
]
