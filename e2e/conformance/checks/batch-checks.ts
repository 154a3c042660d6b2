import assert from 'node:assert/strict'

import { ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand } from '@aws-sdk/client-sqs'
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { md5Hex } from '#e2e/conformance/md5.ts'
import { assertRefused, plainCode } from '#e2e/conformance/refusal.ts'

function entries(...bodies: string[]): SendMessageBatchRequestEntry[] {
  return bodies.map((body, index) => ({ Id: `entry-${index}`, MessageBody: body }))
}

/** Batches: what refuses the whole and what only one entry. */
export const batchChecks: readonly Check[] = [
  {
    id: 'batch-send-ten',
    title: 'Ten entries are sent and answered each with its id and digest',
    source: SOURCES.api('SendMessageBatch'),
    async run(context) {
      const queue = await context.createQueue()
      const bodies = Array.from({ length: 10 }, (_, index) => `body ${index}`)
      const { Successful = [], Failed } = await context.sendBatch(queue, entries(...bodies))
      assert.equal((Failed ?? []).length, 0)
      assert.deepEqual(
        Successful.map(({ Id, MD5OfMessageBody }) => [Id, MD5OfMessageBody]),
        bodies.map((body, index) => [`entry-${index}`, md5Hex(body)]),
      )
      const received = await context.receiveAll(queue, 10)
      assert.deepEqual(received.map(({ Body }) => Body ?? '').sort(), bodies)
    },
  },
  {
    id: 'batch-empty',
    title: 'An empty batch is refused',
    source: SOURCES.recorded('test_send_message_batch_with_empty_list'),
    async run(context) {
      const queue = await context.createQueue()
      await assertRefused(context.sendBatch(queue, []), { code: 'EmptyBatchRequest' })
    },
  },
  {
    id: 'batch-too-many',
    title: 'A batch of more than ten entries is refused as a whole',
    source: SOURCES.recorded('test_too_many_entries_in_batch_request'),
    async run(context) {
      const queue = await context.createQueue()
      const twenty = entries(...Array.from({ length: 20 }, () => 'x'))
      await assertRefused(context.sendBatch(queue, twenty), { code: 'TooManyEntriesInBatchRequest' })
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'batch-repeated-id',
    title: 'A batch with a repeated entry id is refused as a whole',
    source: SOURCES.api('SendMessageBatch, Errors, BatchEntryIdsNotDistinct'),
    async run(context) {
      const queue = await context.createQueue()
      const twice = [...entries('a'), ...entries('b')]
      await assertRefused(context.sendBatch(queue, twice), { code: 'BatchEntryIdsNotDistinct' })
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'batch-entry-id',
    title: 'An entry id with other characters or more than 80 of them is refused',
    source: SOURCES.recorded('test_invalid_batch_id'),
    async run(context) {
      const queue = await context.createQueue()
      for (const Id of ['with:colon', 'x'.repeat(81)]) {
        const sending = context.sendBatch(queue, [{ Id, MessageBody: 'x' }])
        await assertRefused(sending, { code: 'InvalidBatchEntryId' })
      }
    },
  },
  {
    id: 'batch-partial-characters',
    title: 'One entry with forbidden characters fails alone, as the sender’s fault',
    source: SOURCES.recorded('test_batch_send_with_invalid_char_should_succeed'),
    async run(context) {
      const queue = await context.createQueue()
      const { Successful = [], Failed = [] } = await context.sendBatch(queue, entries('good', '\u0001', 'fine'))
      assert.deepEqual(
        Successful.map(({ Id }) => Id),
        ['entry-0', 'entry-2'],
      )
      assert.deepEqual(
        Failed.map(({ Id, Code, SenderFault }) => [Id, plainCode(Code ?? ''), SenderFault]),
        [['entry-1', 'InvalidMessageContents', true]],
      )
      await context.assertCounts(queue, { visible: 2, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'batch-partial-delay',
    title: 'One entry with a delay out of range fails alone',
    source: SOURCES.api('SendMessageBatch, Failed'),
    async run(context) {
      const queue = await context.createQueue()
      const [good, bad] = entries('good', 'bad')
      assert.ok(good && bad)
      const answer = await context.sendBatch(queue, [good, { ...bad, DelaySeconds: 901 }])
      assert.deepEqual(
        (answer.Failed ?? []).map(({ Id, SenderFault }) => [Id, SenderFault]),
        [['entry-1', true]],
      )
      assert.equal((answer.Successful ?? []).length, 1)
    },
  },
  {
    id: 'batch-partial-size',
    title: 'One entry above the queue’s maximum fails alone',
    source: SOURCES.recorded('test_send_batch_message_size'),
    async run(context) {
      const queue = await context.createQueue({ MaximumMessageSize: '1024' })
      const { Successful = [], Failed = [] } = await context.sendBatch(queue, entries('a'.repeat(1025), 'small'))
      assert.deepEqual(
        Failed.map(({ Id, Code, SenderFault }) => [Id, plainCode(Code ?? ''), SenderFault]),
        [['entry-0', 'InvalidParameterValue', true]],
      )
      assert.match(Failed[0]?.Message ?? '', /Message must be shorter than 1024 bytes/)
      assert.equal(Successful.length, 1)
    },
  },
  {
    id: 'batch-total-size',
    title: 'A batch of more than 1 MiB in total is refused as a whole',
    source: SOURCES.recorded('test_send_message_batch_with_oversized_contents'),
    async run(context) {
      const queue = await context.createQueue()
      const sending = context.sendBatch(queue, entries('a'.repeat(1_048_570), 'b'.repeat(7)))
      await assertRefused(sending, { code: 'BatchRequestTooLong' })
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'batch-total-not-queue-maximum',
    title: 'A queue’s MaximumMessageSize bounds each message, not the batch',
    source: SOURCES.recorded('test_send_message_batch_with_oversized_contents_with_updated_maximum_message_size'),
    async run(context) {
      const queue = await context.createQueue({ MaximumMessageSize: '1024' })
      const { Successful = [] } = await context.sendBatch(queue, entries('a'.repeat(1024), 'b'.repeat(1024)))
      assert.equal(Successful.length, 2)
    },
  },
  {
    id: 'batch-delete-bogus',
    title: 'A bogus receipt handle in a delete batch fails alone',
    source: SOURCES.api('DeleteMessageBatch, Failed; DeleteMessage, Errors, ReceiptHandleIsInvalid'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'x')
      const { ReceiptHandle } = await context.receiveOne(queue)
      const Entries = [
        { Id: 'good', ReceiptHandle },
        { Id: 'bogus', ReceiptHandle: 'garbage' },
      ]
      const command = new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries })
      const { Successful = [], Failed = [] } = await context.sqs.send(command)
      assert.deepEqual(
        Successful.map(({ Id }) => Id),
        ['good'],
      )
      assert.deepEqual(
        Failed.map(({ Id, Code, SenderFault }) => [Id, plainCode(Code ?? ''), SenderFault]),
        [['bogus', 'ReceiptHandleIsInvalid', true]],
      )
    },
  },
  {
    id: 'batch-visibility',
    title: 'A visibility batch changes the good entries and fails the bogus one',
    source: SOURCES.api('ChangeMessageVisibilityBatch, Failed'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'x')
      const { ReceiptHandle } = await context.receiveOne(queue)
      const Entries = [
        { Id: 'good', ReceiptHandle, VisibilityTimeout: 0 },
        { Id: 'bogus', ReceiptHandle: 'garbage', VisibilityTimeout: 0 },
      ]
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries })
      const { Successful = [], Failed = [] } = await context.sqs.send(command)
      assert.deepEqual([Successful.map(({ Id }) => Id), Failed.map(({ Id }) => Id)], [['good'], ['bogus']])
      assert.equal((await context.receiveOne(queue)).Body, 'x')
    },
  },
  {
    id: 'batch-delete-too-many',
    title: 'A delete batch of more than ten entries is refused and deletes nothing',
    source: SOURCES.recorded('test_delete_message_batch_with_too_large_batch'),
    async run(context) {
      const queue = await context.createQueue()
      await context.send(queue, 'kept')
      const message = await context.receiveOne(queue, { VisibilityTimeout: 1 })
      const Entries = Array.from({ length: 11 }, (_, index) => ({
        Id: `${index}`,
        ReceiptHandle: message.ReceiptHandle,
      }))
      const deleting = context.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }))
      await assertRefused(deleting, { code: 'TooManyEntriesInBatchRequest' })
      assert.equal((await context.receiveOne(queue)).Body, 'kept')
    },
  },
]
