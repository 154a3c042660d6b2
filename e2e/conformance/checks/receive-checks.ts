import assert from 'node:assert/strict'
import type {
  Message,
  MessageAttributeValue,
  MessageSystemAttributeName,
  QueueAttributeName,
  ReceiveMessageRequest,
} from '@aws-sdk/client-sqs'
import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import type { CheckContext } from '#e2e/conformance/check-context.ts'
import { md5OfMessageAttributes } from '#e2e/conformance/md5.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

const ATTRIBUTES: Record<string, MessageAttributeValue> = {
  Hello: { DataType: 'String', StringValue: 'There' },
  General: { DataType: 'String', StringValue: 'Kenobi' },
  'Help.Me': { DataType: 'String', StringValue: 'Me' },
}

// The SDK types the old parameter as names of queue attributes; the service takes those of system attributes.
function oldNames(...names: MessageSystemAttributeName[]): QueueAttributeName[] {
  return names as string[] as QueueAttributeName[]
}

/** Sends a message with the attributes above to a queue of its own and receives it once. */
async function lookAt(context: CheckContext, options: Omit<ReceiveMessageRequest, 'QueueUrl'>): Promise<Message> {
  const queue = await context.createQueue()
  await context.send(queue, 'msg', { MessageAttributes: ATTRIBUTES })
  return context.receiveOne(queue, options)
}

async function receivedNames(context: CheckContext, wanted: string[]): Promise<string[]> {
  const message = await lookAt(context, { MessageAttributeNames: wanted })
  const attributes = message.MessageAttributes ?? {}
  const isAny = Object.keys(attributes).length > 0
  assert.equal(message.MD5OfMessageAttributes, isAny ? md5OfMessageAttributes(attributes) : undefined)
  return Object.keys(attributes).sort()
}

/** Which attributes a receive gives, how many messages, and how long it waits. */
export const receiveChecks: readonly Check[] = [
  {
    id: 'receive-attributes-unasked',
    title: 'Message attributes are not returned unless asked for',
    source: SOURCES.recorded('test_receive_message_message_attribute_names_filters, empty_filter'),
    async run(context) {
      const message = await lookAt(context, {})
      assert.equal(message.MessageAttributes, undefined)
      assert.equal(message.MD5OfMessageAttributes, undefined)
    },
  },
  {
    id: 'receive-attributes-all',
    title: 'All and .* return every message attribute',
    source: SOURCES.recorded('test_receive_message_message_attribute_names_filters, all_name, all_wildcard'),
    async run(context) {
      for (const name of ['All', '.*']) {
        assert.deepEqual(await receivedNames(context, [name]), ['General', 'Hello', 'Help.Me'])
      }
    },
  },
  {
    id: 'receive-attributes-named',
    title: 'Named message attributes are returned alone, with the digest of just these',
    source: SOURCES.recorded('test_receive_message_message_attribute_names_filters, existing_and_non_existing'),
    async run(context) {
      assert.deepEqual(await receivedNames(context, ['Hello', 'absent']), ['Hello'])
      assert.deepEqual(await receivedNames(context, ['absent']), [])
      assert.deepEqual(await receivedNames(context, ['hello']), [])
    },
  },
  {
    id: 'receive-attributes-prefix',
    title: 'A prefix ending in .* returns the message attributes that begin with it',
    source: SOURCES.recorded('test_receive_message_message_attribute_names_filters, prefix_filter'),
    async run(context) {
      assert.deepEqual(await receivedNames(context, ['Hel.*']), ['Hello', 'Help.Me'])
      assert.deepEqual(await receivedNames(context, ['Help.*']), ['Help.Me'])
    },
  },
  {
    id: 'receive-system-unasked',
    title: 'System attributes are not returned unless asked for',
    source: SOURCES.api('ReceiveMessage, MessageSystemAttributeNames'),
    async run(context) {
      assert.equal((await lookAt(context, {})).Attributes, undefined)
    },
  },
  {
    id: 'receive-system-old-name',
    title: 'AttributeNames (the old parameter) returns the system attributes it names',
    source: SOURCES.recorded('test_receive_message_attribute_names_filters'),
    async run(context) {
      const { Attributes: all = {} } = await lookAt(context, { AttributeNames: ['All'] })
      assert.deepEqual(Object.keys(all).sort(), [
        'ApproximateFirstReceiveTimestamp',
        'ApproximateReceiveCount',
        'SenderId',
        'SentTimestamp',
      ])
      const { Attributes: one = {} } = await lookAt(context, { AttributeNames: oldNames('SenderId') })
      assert.deepEqual(Object.keys(one), ['SenderId'])
    },
  },
  {
    id: 'receive-system-new-name',
    title: 'MessageSystemAttributeNames returns the system attributes it names',
    source: SOURCES.recorded('test_receive_message_message_system_attribute_names_filters'),
    async run(context) {
      const { Attributes: all = {} } = await lookAt(context, { MessageSystemAttributeNames: ['All'] })
      assert.deepEqual(Object.keys(all).sort(), [
        'ApproximateFirstReceiveTimestamp',
        'ApproximateReceiveCount',
        'SenderId',
        'SentTimestamp',
      ])
      const one = await lookAt(context, { MessageSystemAttributeNames: ['SentTimestamp'] })
      assert.deepEqual(Object.keys(one.Attributes ?? {}), ['SentTimestamp'])
    },
  },
  {
    id: 'receive-system-both-names',
    title: 'Both parameters for system attributes can be sent together and both count',
    source: SOURCES.recorded('test_message_system_attribute_names_with_attribute_names'),
    async run(context) {
      const { Attributes = {} } = await lookAt(context, {
        AttributeNames: oldNames('SentTimestamp'),
        MessageSystemAttributeNames: ['All'],
      })
      assert.ok(Attributes.SentTimestamp && Attributes.SenderId && Attributes.ApproximateReceiveCount)
    },
  },
  {
    id: 'receive-timestamps',
    title: 'SentTimestamp and ApproximateFirstReceiveTimestamp are epoch milliseconds, the latter never moves',
    source: SOURCES.api('ReceiveMessage, MessageSystemAttributeNames'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '1' })
      await context.send(queue, 'x')
      const first = (await context.receiveOne(queue, EVERYTHING)).Attributes ?? {}
      const second = (await context.receiveOne(queue, EVERYTHING)).Attributes ?? {}
      assert.match(first.SentTimestamp ?? '', /^\d{13}$/)
      assert.match(first.ApproximateFirstReceiveTimestamp ?? '', /^\d{13}$/)
      assert.ok(Number(first.ApproximateFirstReceiveTimestamp) >= Number(first.SentTimestamp))
      assert.equal(second.ApproximateFirstReceiveTimestamp, first.ApproximateFirstReceiveTimestamp)
    },
  },
  {
    id: 'receive-count',
    title: 'ApproximateReceiveCount counts each receive once',
    source: SOURCES.api('ReceiveMessage, ApproximateReceiveCount'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '1' })
      await context.send(queue, 'x')
      const counts: (string | undefined)[] = []
      for (let round = 0; round < 3; round += 1) {
        counts.push((await context.receiveOne(queue, EVERYTHING)).Attributes?.ApproximateReceiveCount)
      }
      assert.deepEqual(counts, ['1', '2', '3'])
    },
  },
  {
    id: 'receive-handle-differs',
    title: 'Each receive of a message gives another receipt handle',
    source: SOURCES.api('DeleteMessage, description'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '1' })
      await context.send(queue, 'x')
      const first = await context.receiveOne(queue)
      const second = await context.receiveOne(queue)
      assert.notEqual(first.ReceiptHandle, second.ReceiptHandle)
      assert.equal(first.MessageId, second.MessageId)
    },
  },
  {
    id: 'receive-maximum',
    title: 'One message by default, up to ten when asked',
    source: SOURCES.api('ReceiveMessage, MaxNumberOfMessages'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'eleventh')
      const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `${index}` }))
      await context.sendBatch(queue, Entries)
      assert.equal((await context.receive(queue)).length, 1)
      assert.equal((await context.receive(queue, { MaxNumberOfMessages: 10 })).length, 10)
    },
  },
  {
    id: 'receive-maximum-range',
    title: 'MaxNumberOfMessages outside 1 to 10 is refused',
    source: SOURCES.recorded('test_send_receive_max_number_of_messages'),
    async run(context) {
      const queue = await context.createQueue()
      for (const value of [0, 11]) {
        const receiving = context.receive(queue, { MaxNumberOfMessages: value })
        await assertRefused(receiving, { code: 'InvalidParameterValue' })
      }
    },
  },
  {
    id: 'receive-wait-range',
    title: 'WaitTimeSeconds outside 0 to 20 is refused',
    source: SOURCES.recorded('test_send_receive_wait_time_seconds'),
    async run(context) {
      const queue = await context.createQueue()
      for (const value of [-1, 21]) {
        await assertRefused(context.receive(queue, { WaitTimeSeconds: value }), { code: 'InvalidParameterValue' })
      }
    },
  },
  {
    id: 'receive-empty',
    title: 'A receive from an empty queue has no Messages',
    source: SOURCES.recorded('test_receive_empty_queue'),
    async run(context) {
      const queue = await context.createQueue()
      assert.deepEqual(await context.receive(queue), [])
      assert.deepEqual(await context.receive(queue, { WaitTimeSeconds: 1 }), [])
    },
  },
  {
    id: 'counts',
    title: 'Visible, in-flight and delayed messages are counted apart',
    source: SOURCES.api('GetQueueAttributes, ApproximateNumberOfMessages'),
    async run(context) {
      const queue = await context.createQueue()
      await context.sendBatch(queue, [
        { Id: 'a', MessageBody: 'a' },
        { Id: 'b', MessageBody: 'b' },
        { Id: 'c', MessageBody: 'c' },
        { Id: 'd', MessageBody: 'd', DelaySeconds: 900 },
      ])
      const message = await context.receiveOne(queue)
      await context.assertCounts(queue, { visible: 2, inFlight: 1, delayed: 1 })
      await context.delete(queue, message)
      await context.assertCounts(queue, { visible: 2, inFlight: 0, delayed: 1 })
    },
  },
]
