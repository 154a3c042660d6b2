import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import { ListDeadLetterSourceQueuesCommand } from '@aws-sdk/client-sqs'
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import type { CheckContext, TestQueue } from '#e2e/conformance/check-context.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'
const MESSAGE_ATTRIBUTES: Record<string, MessageAttributeValue> = {
  JavaType: { DataType: 'String', StringValue: 'a.b.C' },
  raw: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
}

function policy(dlq: TestQueue | string, maxReceiveCount: unknown): string {
  return JSON.stringify({ deadLetterTargetArn: typeof dlq === 'string' ? dlq : dlq.arn, maxReceiveCount })
}

/** Receives a message of the source as often as it may be; the receive after that brings nothing and moves it. */
async function failUntilMoved(
  context: CheckContext,
  { source, dlq }: { source: TestQueue; dlq: TestQueue },
  maxReceiveCount: number,
): Promise<Message> {
  let last: Message | undefined
  for (let round = 0; round < maxReceiveCount; round += 1) last = await context.receiveOne(source, EVERYTHING)
  assert.ok(last)
  await context.eventually('the message to be moved', async () => {
    assert.deepEqual(await context.receive(source), [], 'the message is not received once more')
    return (await context.counts(dlq)).visible === 1 || undefined
  })
  return last
}

/** Redrive policies and the automatic move into a dead-letter queue. */
export const deadLetterChecks: readonly Check[] = [
  {
    id: 'dlq-policy-kept',
    title: 'A redrive policy is returned as it was set',
    source: SOURCES.recorded('test_dead_letter_queue_config'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(7)
      const { RedrivePolicy = '' } = await context.attributes(source, 'RedrivePolicy')
      assert.deepEqual(JSON.parse(RedrivePolicy), { deadLetterTargetArn: dlq.arn, maxReceiveCount: 7 })
    },
  },
  {
    id: 'dlq-policy-removed',
    title: 'An empty redrive policy removes it, and the queue is no source any more',
    source: SOURCES.recorded('test_set_empty_redrive_policy'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(7)
      await context.setAttributes(source, { RedrivePolicy: '' })
      assert.equal((await context.attributes(source, 'All')).RedrivePolicy, undefined)
      const answer = await context.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlq.url }))
      assert.deepEqual(answer.queueUrls ?? [], [])
    },
  },
  {
    id: 'dlq-target-must-exist',
    title: 'A redrive policy that names a queue that does not exist is refused',
    source: 'serverless/serverless issue 5215 (the error AWS gave: Dead letter target does not exist)',
    needs: ['dead-letter-queues'],
    async run(context) {
      const source = await context.createQueue()
      const absent = source.arn.replace(source.name, context.newName())
      const setting = context.setAttributes(source, { RedrivePolicy: policy(absent, 3) })
      await assertRefused(setting, { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'dlq-policy-complete',
    title: 'A redrive policy without target, without count or with a count that is none is refused',
    source: SOURCES.recorded('test_redrive_policy_attribute_validity'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const dlq = await context.createQueue()
      const source = await context.createQueue()
      for (const RedrivePolicy of [
        JSON.stringify({ deadLetterTargetArn: dlq.arn }),
        JSON.stringify({ maxReceiveCount: '42' }),
        policy(dlq, 'invalid'),
      ]) {
        await assertRefused(context.setAttributes(source, { RedrivePolicy }), { code: 'InvalidParameterValue' })
      }
      await context.setAttributes(source, { RedrivePolicy: policy(dlq, '42') })
    },
  },
  {
    id: 'dlq-count-range',
    title: 'maxReceiveCount outside 1 to 1,000 is refused',
    source: SOURCES.api('SetQueueAttributes, RedrivePolicy'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const dlq = await context.createQueue()
      const source = await context.createQueue()
      for (const count of [0, 1001]) {
        const setting = context.setAttributes(source, { RedrivePolicy: policy(dlq, count) })
        await assertRefused(setting, { code: 'InvalidParameterValue' })
      }
    },
  },
  {
    id: 'dlq-same-type',
    title: 'The dead-letter queue of a FIFO queue must be a FIFO queue, of a standard queue a standard one',
    source: SOURCES.api('CreateQueue, RedrivePolicy, Note'),
    needs: ['dead-letter-queues', 'fifo'],
    async run(context) {
      const standard = await context.createQueue()
      const fifo = await context.createFifoQueue()
      const code = 'InvalidParameterValue'
      await assertRefused(context.setAttributes(fifo, { RedrivePolicy: policy(standard, 3) }), { code })
      await assertRefused(context.setAttributes(standard, { RedrivePolicy: policy(fifo, 3) }), { code })
    },
  },
  {
    id: 'dlq-moves-on-next-receive',
    title: 'A message is moved when it would be received once too often, not before',
    source: SOURCES.api('CreateQueue, RedrivePolicy, maxReceiveCount'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(2)
      await context.send(source, 'poison')
      await context.receiveOne(source)
      await context.receiveOne(source)
      await sleep(1_300)
      await context.assertCounts(dlq, { visible: 0, inFlight: 0, delayed: 0 })
      await context.assertNothing(source, 100)
      await context.assertCounts(dlq, { visible: 1, inFlight: 0, delayed: 0 })
      await context.assertCounts(source, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'dlq-keeps-message',
    title: 'A moved message keeps id, body, attributes, trace header and SentTimestamp',
    source: SOURCES.recorded('test_dead_letter_queue_message_attributes'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(1)
      const sent = await context.send(source, 'message-1', {
        MessageAttributes: MESSAGE_ATTRIBUTES,
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: TRACE_HEADER } },
      })
      const before = await failUntilMoved(context, { source, dlq }, 1)
      const after = await context.receiveOne(dlq, EVERYTHING)
      assert.equal(after.MessageId, sent.MessageId)
      assert.equal(after.Body, 'message-1')
      assert.equal(after.MD5OfMessageAttributes, sent.MD5OfMessageAttributes)
      assert.equal(after.Attributes?.AWSTraceHeader, TRACE_HEADER)
      assert.equal(after.Attributes?.SentTimestamp, before.Attributes?.SentTimestamp)
    },
  },
  {
    id: 'dlq-keeps-receive-count',
    title: 'The receive count goes on in the dead-letter queue: two receives, then a third there',
    source: SOURCES.recorded('test_dead_letter_queue_message_attributes'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(2)
      await context.send(source, 'poison')
      await failUntilMoved(context, { source, dlq }, 2)
      const moved = await context.receiveOne(dlq, EVERYTHING)
      assert.equal(moved.Attributes?.ApproximateReceiveCount, '3')
    },
  },
  {
    id: 'dlq-source-arn',
    title: 'A moved message carries DeadLetterQueueSourceArn, one sent there directly does not',
    source: SOURCES.recorded('test_dead_letter_queue_message_attributes'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(1)
      await context.send(source, 'moved')
      await failUntilMoved(context, { source, dlq }, 1)
      await context.send(dlq, 'direct')
      const messages = await context.receiveAll(dlq, 2, EVERYTHING)
      const sources = Object.fromEntries(messages.map((m) => [m.Body, m.Attributes?.DeadLetterQueueSourceArn]))
      assert.deepEqual(sources, { moved: source.arn, direct: undefined })
    },
  },
  {
    id: 'dlq-list-sources',
    title: 'ListDeadLetterSourceQueues gives the queues that name this one',
    source: SOURCES.recorded('test_dead_letter_queue_list_sources'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const { source, dlq } = await context.createPair(5)
      const other = await context.createQueue({ RedrivePolicy: policy(dlq, 5) })
      const answer = await context.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dlq.url }))
      assert.deepEqual([...(answer.queueUrls ?? [])].sort(), [source.url, other.url].sort())
    },
  },
  {
    id: 'dlq-allow-policy-kept',
    title: 'A redrive allow policy is returned as it was set',
    source: SOURCES.api('SetQueueAttributes, RedriveAllowPolicy'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const dlq = await context.createQueue({ RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) })
      const { RedriveAllowPolicy = '' } = await context.attributes(dlq, 'RedriveAllowPolicy')
      assert.deepEqual(JSON.parse(RedriveAllowPolicy), { redrivePermission: 'denyAll' })
    },
  },
  {
    id: 'dlq-allow-policy-deny',
    title: 'A queue with redrivePermission denyAll cannot be made a dead-letter queue',
    source: SOURCES.api('SetQueueAttributes, RedriveAllowPolicy, denyAll'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const dlq = await context.createQueue({ RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) })
      const source = await context.createQueue()
      const setting = context.setAttributes(source, { RedrivePolicy: policy(dlq, 3) })
      await assertRefused(setting, { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'dlq-allow-policy-by-queue',
    title: 'A queue with redrivePermission byQueue accepts the listed sources only',
    source: SOURCES.api('SetQueueAttributes, RedriveAllowPolicy, byQueue'),
    needs: ['dead-letter-queues'],
    async run(context) {
      const listed = await context.createQueue()
      const other = await context.createQueue()
      const allow = { redrivePermission: 'byQueue', sourceQueueArns: [listed.arn] }
      const dlq = await context.createQueue({ RedriveAllowPolicy: JSON.stringify(allow) })
      await context.setAttributes(listed, { RedrivePolicy: policy(dlq, 3) })
      const setting = context.setAttributes(other, { RedrivePolicy: policy(dlq, 3) })
      await assertRefused(setting, { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'dlq-fifo-deduplication-id',
    title: 'In a FIFO dead-letter queue the deduplication id is the original message id',
    source: SOURCES.guide('Using dead-letter queues in Amazon SQS, FIFO queues and the deduplication id'),
    needs: ['dead-letter-queues', 'fifo'],
    async run(context) {
      const { source, dlq } = await context.createPair(1, { isFifo: true })
      const ids = { MessageGroupId: 'group-1', MessageDeduplicationId: 'original' }
      const { MessageId } = await context.send(source, 'poison', ids)
      await failUntilMoved(context, { source, dlq }, 1)
      const { Attributes = {} } = await context.receiveOne(dlq, EVERYTHING)
      assert.equal(Attributes.MessageDeduplicationId, MessageId)
      assert.equal(Attributes.MessageGroupId, 'group-1')
    },
  },
  {
    id: 'dlq-fifo-order',
    title: 'Messages of a group reach a FIFO dead-letter queue in their order, and free those behind them',
    source: SOURCES.guide('Using dead-letter queues in Amazon SQS; FIFO delivery logic'),
    needs: ['dead-letter-queues', 'fifo'],
    async run(context) {
      const { source, dlq } = await context.createPair(1, { isFifo: true })
      for (const body of ['one', 'two', 'three']) await context.send(source, body, { MessageGroupId: 'group' })
      await context.eventually(
        'all three to be moved',
        async () => {
          await context.receive(source, { MaxNumberOfMessages: 1 })
          return (await context.counts(dlq)).visible === 3 || undefined
        },
        12_000,
      )
      const bodies: (string | undefined)[] = []
      while (bodies.length < 3) {
        const message = await context.receiveOne(dlq)
        bodies.push(message.Body)
        await context.delete(dlq, message)
      }
      assert.deepEqual(bodies, ['one', 'two', 'three'])
    },
  },
]
