import assert from 'node:assert/strict'
import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { named } from '#e2e/conformance/fifo-messages.ts'

/** What a FIFO queue takes for the same message. */
export const fifoDeduplicationChecks: readonly Check[] = [
  {
    id: 'fifo-deduplicates',
    title: 'A second send with the same deduplication id succeeds and delivers nothing',
    source: SOURCES.api('SendMessage, MessageDeduplicationId'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const ids = { MessageGroupId: 'group', MessageDeduplicationId: 'same' }
      await context.send(queue, 'first', ids)
      await context.send(queue, 'second', ids)
      await context.assertCounts(queue, { visible: 1, inFlight: 0, delayed: 0 })
      assert.equal((await context.receiveOne(queue)).Body, 'first')
    },
  },
  {
    id: 'fifo-deduplicates-after-delete',
    title: 'The deduplication id is remembered after the message was deleted',
    source: SOURCES.recorded('test_fifo_deduplication_arrives_once_after_delete'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const ids = { MessageGroupId: 'group', MessageDeduplicationId: 'same' }
      await context.send(queue, 'x', ids)
      await context.delete(queue, await context.receiveOne(queue))
      await context.send(queue, 'x', ids)
      await context.assertNothing(queue)
    },
  },
  {
    id: 'fifo-deduplicates-in-batch',
    title: 'A batch with a known deduplication id is answered as successful and delivers nothing',
    source: SOURCES.api('SendMessageBatch, MessageDeduplicationId'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const entry = { Id: 'e', MessageBody: 'x', MessageGroupId: 'group', MessageDeduplicationId: 'same' }
      await context.sendBatch(queue, [entry])
      await context.delete(queue, await context.receiveOne(queue))
      const { Successful = [], Failed = [] } = await context.sendBatch(queue, [entry])
      assert.deepEqual([Successful.length, Failed.length], [1, 0])
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'fifo-deduplicates-across-groups',
    title: 'Deduplication holds for the whole queue, whatever the group',
    source: SOURCES.recorded('test_sqs_fifo_same_dedup_id_different_message_groups'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      await context.send(queue, 'x', { MessageGroupId: 'a', MessageDeduplicationId: 'same' })
      await context.send(queue, 'x', { MessageGroupId: 'b', MessageDeduplicationId: 'same' })
      await context.assertCounts(queue, { visible: 1, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'fifo-deduplicates-by-group',
    title: 'With DeduplicationScope messageGroup deduplication holds within a group',
    source: SOURCES.recorded('test_sqs_fifo_message_group_scope_no_throughput_setting'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue({ DeduplicationScope: 'messageGroup' })
      for (const MessageGroupId of ['a', 'b', 'a']) {
        await context.send(queue, 'x', { MessageGroupId, MessageDeduplicationId: 'same' })
      }
      await context.assertCounts(queue, { visible: 2, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'fifo-deduplicates-content',
    title: 'Content-based deduplication looks at the body and not at the attributes',
    source: SOURCES.api('CreateQueue, ContentBasedDeduplication'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue({ ContentBasedDeduplication: 'true' })
      await context.send(queue, 'same', { MessageGroupId: 'a', MessageAttributes: named('one') })
      await context.send(queue, 'same', { MessageGroupId: 'a', MessageAttributes: named('two') })
      await context.send(queue, 'other', { MessageGroupId: 'a' })
      await context.assertCounts(queue, { visible: 2, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'fifo-explicit-id-overrides',
    title: 'An explicit deduplication id overrides the one made of the content',
    source: SOURCES.api('CreateQueue, ContentBasedDeduplication'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue({ ContentBasedDeduplication: 'true' })
      await context.send(queue, 'same', { MessageGroupId: 'a', MessageDeduplicationId: 'one' })
      await context.send(queue, 'same', { MessageGroupId: 'a', MessageDeduplicationId: 'two' })
      await context.assertCounts(queue, { visible: 2, inFlight: 0, delayed: 0 })
    },
  },
]
