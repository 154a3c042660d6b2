import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'

import { ChangeMessageVisibilityCommand, DeleteMessageCommand } from '@aws-sdk/client-sqs'
import type { Message } from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import type { CheckContext, TestQueue } from '#e2e/conformance/check-context.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

/** Past the end of a visibility timeout of one second. */
const AFTER_ONE_SECOND_MS = 1_200

async function change(context: CheckContext, queue: TestQueue, message: Message, seconds: number): Promise<void> {
  const { ReceiptHandle } = message
  const command = new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: seconds })
  await context.sqs.send(command)
}

async function received(context: CheckContext, visibilitySeconds = 30): Promise<[TestQueue, Message]> {
  const queue = await context.createQueue({ VisibilityTimeout: String(visibilitySeconds) })
  await context.send(queue, 'x')
  return [queue, await context.receiveOne(queue)]
}

/** Visibility timeouts, deleting, and what a receipt handle is good for. */
export const visibilityChecks: readonly Check[] = [
  {
    id: 'visibility-hides',
    title: 'A received message is invisible until its visibility timeout is over, then comes back',
    source: SOURCES.recorded('test_receive_after_visibility_timeout'),
    async run(context) {
      const [queue, first] = await received(context, 1)
      await context.assertNothing(queue, 200)
      const again = await context.receiveOne(queue)
      assert.equal(again.MessageId, first.MessageId)
    },
  },
  {
    id: 'visibility-on-receive',
    title: 'A VisibilityTimeout on the receive overrides the queue’s, zero included',
    source: SOURCES.recorded('test_receive_message_with_visibility_timeout_updates_timeout'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '30' })
      await context.send(queue, 'x')
      await context.receiveOne(queue, { VisibilityTimeout: 0 })
      await context.receiveOne(queue, { VisibilityTimeout: 1 })
      await context.assertNothing(queue, 100)
      assert.ok(await context.receiveOne(queue))
    },
  },
  {
    id: 'visibility-zero-queue',
    title: 'With a VisibilityTimeout of zero on the queue a received message stays visible',
    source: SOURCES.api('SetQueueAttributes, VisibilityTimeout (0 to 43,200)'),
    async run(context) {
      const queue = await context.createQueue({ VisibilityTimeout: '0' })
      await context.send(queue, 'x')
      for (let round = 0; round < 3; round += 1) await context.receiveOne(queue)
      await context.assertCounts(queue, { visible: 1, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'visibility-zero',
    title: 'Changing the visibility to zero makes the message visible at once',
    source: SOURCES.recorded('test_terminate_visibility_timeout_after_receive'),
    async run(context) {
      const [queue, message] = await received(context)
      await change(context, queue, message, 0)
      await context.assertCounts(queue, { visible: 1, inFlight: 0, delayed: 0 })
      assert.equal((await context.receiveOne(queue)).MessageId, message.MessageId)
    },
  },
  {
    id: 'visibility-extends',
    title: 'Changing the visibility extends it, for this receive only',
    source: SOURCES.recorded(
      'test_extend_message_visibility_timeout_set_in_queue, test_change_message_visibility_not_permanent',
    ),
    async run(context) {
      const [queue, message] = await received(context, 1)
      await change(context, queue, message, 3)
      await sleep(1_400)
      await context.assertNothing(queue, 100)
      const again = await context.receiveOne(queue)
      assert.equal(again.MessageId, message.MessageId)
      const third = await context.receiveOne(queue)
      assert.equal(third.MessageId, message.MessageId)
    },
  },
  {
    id: 'visibility-not-a-receive',
    title: 'Changing the visibility does not count as a receive',
    source: SOURCES.api('ChangeMessageVisibility, description'),
    async run(context) {
      const [queue, message] = await received(context)
      await change(context, queue, message, 10)
      await change(context, queue, message, 0)
      const again = await context.receiveOne(queue, EVERYTHING)
      assert.equal(again.Attributes?.ApproximateReceiveCount, '2')
    },
  },
  {
    id: 'visibility-range',
    title: 'A visibility timeout above 12 hours is refused',
    source: SOURCES.api('ChangeMessageVisibility, VisibilityTimeout'),
    async run(context) {
      const [queue, message] = await received(context)
      await assertRefused(change(context, queue, message, 43_201), { code: 'InvalidParameterValue' })
      await assertRefused(context.receive(queue, { VisibilityTimeout: 43_201 }), { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'visibility-after-expiry',
    title: 'On a standard queue the visibility can still be changed after it ran out',
    source: SOURCES.recorded('test_change_message_visibility_after_visibility_timeout_expiration'),
    async run(context) {
      const [queue, message] = await received(context, 1)
      await sleep(AFTER_ONE_SECOND_MS)
      await change(context, queue, message, 30)
      await context.assertNothing(queue)
    },
  },
  {
    id: 'visibility-deleted',
    title: 'Changing the visibility of a deleted message is refused',
    source: SOURCES.recorded('test_change_visibility_on_deleted_message_raises_invalid_parameter_value'),
    async run(context) {
      const [queue, message] = await received(context)
      await context.delete(queue, message)
      const expected = { code: 'InvalidParameterValue', message: /Message does not exist or is not available/ }
      await assertRefused(change(context, queue, message, 42), expected)
    },
  },
  {
    id: 'visibility-bogus-handle',
    title: 'Changing the visibility with a bogus handle is refused',
    source: SOURCES.recorded('test_invalid_receipt_handle_should_return_error_message'),
    async run(context) {
      const [queue] = await received(context)
      const changing = change(context, queue, { ReceiptHandle: 'INVALID' }, 60)
      await assertRefused(changing, { code: 'ReceiptHandleIsInvalid' })
    },
  },
  {
    id: 'delete-removes',
    title: 'A deleted message does not come back',
    source: SOURCES.recorded('test_publish_get_delete_message'),
    async run(context) {
      const [queue, message] = await received(context, 1)
      await context.delete(queue, message)
      await sleep(1_100)
      await context.assertNothing(queue, 100)
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'delete-twice',
    title: 'Deleting again with the same handle succeeds',
    source: SOURCES.recorded('test_delete_message_with_deleted_receipt_handle'),
    async run(context) {
      const [queue, message] = await received(context)
      for (let round = 0; round < 3; round += 1) await context.delete(queue, message)
    },
  },
  {
    id: 'delete-bogus-handle',
    title: 'Deleting with a bogus handle is refused',
    source: SOURCES.recorded('test_delete_message_with_illegal_receipt_handle'),
    async run(context) {
      const queue = await context.createQueue()
      const deleting = context.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: 'garbage' }))
      await assertRefused(deleting, { code: 'ReceiptHandleIsInvalid' })
    },
  },
  {
    id: 'delete-after-expiry',
    title: 'On a standard queue a message can be deleted after its visibility ran out',
    source: SOURCES.recorded('test_delete_after_visibility_timeout'),
    async run(context) {
      const [queue, message] = await received(context, 1)
      await sleep(AFTER_ONE_SECOND_MS)
      await context.delete(queue, message)
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'delete-old-handle',
    title: 'Deleting with the handle of an earlier receive succeeds without deleting',
    source: SOURCES.api('DeleteMessage, ReceiptHandle'),
    async run(context) {
      const [queue, first] = await received(context, 1)
      const second = await context.receiveOne(queue, { VisibilityTimeout: 30 })
      assert.equal(second.MessageId, first.MessageId)
      await context.delete(queue, first)
      await context.assertCounts(queue, { visible: 0, inFlight: 1, delayed: 0 })
      await context.delete(queue, second)
      await context.assertCounts(queue, { visible: 0, inFlight: 0, delayed: 0 })
    },
  },
  {
    id: 'retention-expiry',
    title: 'A message is dropped when its retention period is over',
    source: SOURCES.recorded('test_message_retention; SetQueueAttributes, MessageRetentionPeriod'),
    needs: ['retention'],
    async run(context) {
      const { sqs, seconds } = context.retention
      const queue = await context.createQueue({ MessageRetentionPeriod: String(seconds) }, { sqs })
      await context.send(queue, 'short-lived')
      await context.assertCounts(queue, { visible: 1, inFlight: 0, delayed: 0 })
      await sleep(seconds * 1000 + 200)
      const isGone = async (): Promise<true | undefined> => {
        const messages = await context.receive(queue, { VisibilityTimeout: 0 })
        return messages.length === 0 ? true : undefined
      }
      await context.eventually('the message to expire', isGone, 8_000)
    },
  },
]
