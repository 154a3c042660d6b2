import assert from 'node:assert/strict'

import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

/** Making, finding, listing and deleting queues. */
export const queueChecks: readonly Check[] = [
  {
    id: 'queue-url',
    title: 'GetQueueUrl gives the URL that CreateQueue gave',
    source: SOURCES.api('GetQueueUrl'),
    async run(context) {
      const queue = await context.createQueue()
      const { QueueUrl } = await context.sqs.send(new GetQueueUrlCommand({ QueueName: queue.name }))
      assert.equal(QueueUrl, queue.url)
    },
  },
  {
    id: 'queue-arn',
    title: 'A queue ARN names service, region, account and queue',
    source: SOURCES.api('GetQueueAttributes, QueueArn'),
    async run(context) {
      const queue = await context.createQueue()
      assert.match(queue.arn, /^arn:aws:sqs:[a-z0-9-]+:\d{12}:/)
      assert.ok(queue.arn.endsWith(`:${queue.name}`))
    },
  },
  {
    id: 'queue-create-same',
    title: 'Creating a queue again with the same attributes, or with none, gives the same URL',
    source: SOURCES.recorded('test_create_queue_with_same_attributes_is_idempotent'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '69' })
      const again = await context.createQueue({ VisibilityTimeout: '69' }, { name: queue.name })
      const bare = await context.createQueue({}, { name: queue.name })
      assert.deepEqual([again.url, bare.url], [queue.url, queue.url])
    },
  },
  {
    id: 'queue-create-different',
    title: 'Creating a queue again with another attribute value is refused',
    source: SOURCES.recorded('test_create_queue_with_different_attributes_raises_exception'),
    async run(context) {
      const queue = await context.createQueue({ DelaySeconds: '1' })
      const command = new CreateQueueCommand({ QueueName: queue.name, Attributes: { DelaySeconds: '2' } })
      await assertRefused(context.sqs.send(command), { code: 'QueueNameExists', status: 400 })
    },
  },
  {
    id: 'queue-create-modified',
    title: 'After a change, creating with the original attributes is refused and with the changed ones accepted',
    source: SOURCES.recorded('test_create_queue_after_modified_attributes'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '1' })
      await context.setAttributes(queue, { VisibilityTimeout: '2' })
      const original = new CreateQueueCommand({ QueueName: queue.name, Attributes: { VisibilityTimeout: '1' } })
      await assertRefused(context.sqs.send(original), { code: 'QueueNameExists' })
      const same = await context.createQueue({ VisibilityTimeout: '2' }, { name: queue.name })
      assert.equal(same.url, queue.url)
    },
  },
  {
    id: 'queue-name-rules',
    title: 'Queue names with other characters or more than 80 of them are refused',
    source: SOURCES.api('CreateQueue, QueueName'),
    async run(context) {
      for (const name of ['with space', 'with.dot', 'with/slash', 'x'.repeat(81)]) {
        const command = new CreateQueueCommand({ QueueName: name })
        await assertRefused(context.sqs.send(command), { code: 'InvalidParameterValue' })
      }
    },
  },
  {
    id: 'queue-fifo-suffix',
    title: 'A FIFO queue needs the .fifo suffix and a standard queue must not have it',
    source: SOURCES.recorded('test_fifo_queue_requires_suffix, test_standard_queue_cannot_have_fifo_suffix'),
    needs: ['fifo'],
    async run(context) {
      const noSuffix = new CreateQueueCommand({ QueueName: context.newName(), Attributes: { FifoQueue: 'true' } })
      await assertRefused(context.sqs.send(noSuffix), { code: 'InvalidParameterValue' })
      const noAttribute = new CreateQueueCommand({ QueueName: context.newName('.fifo') })
      await assertRefused(context.sqs.send(noAttribute), { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'queue-deleted-recently',
    title: 'The name of a deleted queue cannot be used again at once',
    source: SOURCES.api('CreateQueue, Errors, QueueDeletedRecently'),
    async run(context) {
      const queue = await context.createQueue()
      await context.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }))
      const command = new CreateQueueCommand({ QueueName: queue.name })
      await assertRefused(context.sqs.send(command), { code: 'QueueDeletedRecently', status: 400 })
    },
  },
  {
    id: 'queue-missing',
    title: 'Calls on a queue that does not exist are refused with QueueDoesNotExist',
    source: SOURCES.recorded('test_non_existent_queue'),
    async run(context) {
      const queue = await context.createQueue()
      const url = queue.url.replace(queue.name, context.newName())
      const message = /The specified queue does not exist/
      const expected = { code: 'QueueDoesNotExist', status: 400, message }
      await assertRefused(context.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' })), expected)
      await assertRefused(context.sqs.send(new GetQueueUrlCommand({ QueueName: context.newName() })), expected)
    },
  },
  {
    id: 'queue-deleted-gone',
    title: 'A deleted queue is gone for every call',
    source: SOURCES.api('DeleteQueue'),
    async run(context) {
      const queue = await context.createQueue()
      await context.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }))
      await context.eventually('the queue to be gone', async () => {
        await assertRefused(context.receive(queue), { code: 'QueueDoesNotExist' })
        return true
      })
    },
  },
  {
    id: 'queue-list-prefix',
    title: 'ListQueues filters by prefix',
    source: SOURCES.recorded('test_list_queues'),
    async run(context) {
      const first = await context.createQueue()
      const second = await context.createQueue()
      const prefix = first.name.slice(0, -2)
      const { QueueUrls } = await context.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }))
      assert.deepEqual([...(QueueUrls ?? [])].sort(), [first.url, second.url].sort())
      const none = await context.sqs.send(new ListQueuesCommand({ QueueNamePrefix: `${prefix}-none` }))
      assert.deepEqual(none.QueueUrls ?? [], [])
    },
  },
  {
    id: 'queue-list-paging',
    title: 'ListQueues gives pages of MaxResults that join to the whole list',
    source: SOURCES.recorded('test_list_queues_pagination'),
    async run(context) {
      const queues = [await context.createQueue(), await context.createQueue(), await context.createQueue()]
      const QueueNamePrefix = context.newName().replace(/-\d+$/, '')
      const urls: string[] = []
      let NextToken: string | undefined
      let pages = 0
      do {
        const command = new ListQueuesCommand({ QueueNamePrefix, MaxResults: 2, ...(NextToken && { NextToken }) })
        const page = await context.sqs.send(command)
        assert.ok((page.QueueUrls ?? []).length <= 2, 'a page holds at most MaxResults queues')
        urls.push(...(page.QueueUrls ?? []))
        NextToken = page.NextToken
        pages += 1
      } while (NextToken !== undefined && pages < 5)
      assert.equal(pages, 2)
      assert.deepEqual(urls.sort(), queues.map(({ url }) => url).sort())
    },
  },
  {
    id: 'queue-defaults',
    title: 'A new standard queue has the documented defaults',
    source: SOURCES.recorded('test_set_queue_attributes_default_values'),
    async run(context) {
      const attributes = await context.attributes(await context.createQueue(), 'All')
      const { CreatedTimestamp, LastModifiedTimestamp, QueueArn, ...rest } = attributes
      assert.ok(QueueArn)
      for (const time of [CreatedTimestamp, LastModifiedTimestamp]) assert.match(time ?? '', /^\d{10}$/)
      assert.deepEqual(rest, {
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesDelayed: '0',
        ApproximateNumberOfMessagesNotVisible: '0',
        DelaySeconds: '0',
        MaximumMessageSize: '1048576',
        MessageRetentionPeriod: '345600',
        ReceiveMessageWaitTimeSeconds: '0',
        SqsManagedSseEnabled: 'true',
        VisibilityTimeout: '30',
      })
    },
  },
  {
    id: 'queue-fifo-defaults',
    title: 'A new FIFO queue has the documented defaults',
    source: SOURCES.recorded('test_fifo_set_content_based_deduplication_strategy'),
    needs: ['fifo'],
    async run(context) {
      const attributes = await context.attributes(await context.createFifoQueue(), 'All')
      const { FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit } = attributes
      assert.deepEqual(
        { FifoQueue, ContentBasedDeduplication, DeduplicationScope, FifoThroughputLimit },
        {
          FifoQueue: 'true',
          ContentBasedDeduplication: 'false',
          DeduplicationScope: 'queue',
          FifoThroughputLimit: 'perQueue',
        },
      )
    },
  },
  {
    id: 'queue-set-attributes',
    title: 'SetQueueAttributes changes what it names and nothing else',
    source: SOURCES.recorded('test_create_and_update_queue_attributes'),
    async run(context) {
      const queue = await context.createQueue({ MessageRetentionPeriod: '604800', VisibilityTimeout: '20' })
      await context.setAttributes(queue, { VisibilityTimeout: '69', DelaySeconds: '420', MaximumMessageSize: '2048' })
      const attributes = await context.attributes(queue, 'All')
      assert.equal(attributes.VisibilityTimeout, '69')
      assert.equal(attributes.DelaySeconds, '420')
      assert.equal(attributes.MaximumMessageSize, '2048')
      assert.equal(attributes.MessageRetentionPeriod, '604800')
    },
  },
  {
    id: 'queue-get-asked-only',
    title: 'GetQueueAttributes gives only the attributes asked for, and none when none is asked',
    source: SOURCES.recorded('test_get_specific_queue_attribute_response'),
    async run(context) {
      const queue = await context.createQueue()
      const one = await context.attributes(queue, 'VisibilityTimeout')
      assert.deepEqual(one, { VisibilityTimeout: '30' })
      const none = await context.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url }))
      assert.deepEqual(none.Attributes ?? {}, {})
    },
  },
  {
    id: 'queue-unknown-attribute',
    title: 'An unknown attribute is refused with its name',
    source: SOURCES.recorded('test_set_unsupported_attribute_standard'),
    async run(context) {
      const queue = await context.createQueue()
      const expected = { code: 'InvalidAttributeName', message: /Unknown Attribute FifoQueue/ }
      await assertRefused(context.setAttributes(queue, { FifoQueue: 'true' }), expected)
    },
  },
  {
    id: 'queue-fifo-type-fixed',
    title: 'A FIFO queue cannot be turned into a standard one',
    source: SOURCES.recorded('test_set_unsupported_attribute_fifo'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      await assertRefused(context.setAttributes(queue, { FifoQueue: 'false' }), { code: 'InvalidAttributeValue' })
    },
  },
  {
    id: 'queue-attribute-ranges',
    title: 'Attribute values outside their documented range are refused with InvalidAttributeValue',
    source: SOURCES.api('SetQueueAttributes, Attributes'),
    async run(context) {
      const queue = await context.createQueue()
      for (const attributes of [
        { VisibilityTimeout: '43201' },
        { DelaySeconds: '901' },
        { MaximumMessageSize: '1023' },
        { MaximumMessageSize: '1048577' },
        { MessageRetentionPeriod: '59' },
        { MessageRetentionPeriod: '1209601' },
        { ReceiveMessageWaitTimeSeconds: '21' },
        { VisibilityTimeout: 'soon' },
      ]) {
        await assertRefused(context.setAttributes(queue, attributes), { code: 'InvalidAttributeValue' })
      }
    },
  },
  {
    id: 'queue-encryption-one-kind',
    title: 'Naming a KMS key switches the managed encryption off',
    source: SOURCES.recorded('test_sse_queue_attributes'),
    async run(context) {
      const queue = await context.createQueue()
      await context.setAttributes(queue, { KmsMasterKeyId: 'testKeyId', KmsDataKeyReusePeriodSeconds: '6000' })
      const attributes = await context.attributes(queue, 'All')
      assert.equal(attributes.KmsMasterKeyId, 'testKeyId')
      assert.equal(attributes.SqsManagedSseEnabled, 'false')
    },
  },
]
