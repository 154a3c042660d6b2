import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'
import { bodies, change, pairs, queueWith, TEN } from '#e2e/conformance/fifo-messages.ts'

/** Order, groups and deduplication of FIFO queues. */
export const fifoChecks: readonly Check[] = [
  {
    id: 'fifo-needs-group',
    title: 'A send without MessageGroupId is refused',
    source: SOURCES.recorded('test_posting_to_fifo_requires_deduplicationid_group_id'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const sending = context.send(queue, 'x', { MessageDeduplicationId: 'id' })
      await assertRefused(sending, { code: 'MissingParameter', message: /MessageGroupId/ })
    },
  },
  {
    id: 'fifo-needs-deduplication-id',
    title: 'Without content-based deduplication a send without a deduplication id is refused',
    source: SOURCES.recorded('test_posting_to_fifo_requires_deduplicationid_group_id'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const message = /should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided/
      const sending = context.send(queue, 'x', { MessageGroupId: 'group' })
      await assertRefused(sending, { code: 'InvalidParameterValue', message })
    },
  },
  {
    id: 'fifo-id-characters',
    title: 'Deduplication ids with spaces, of no or of more than 128 characters are refused',
    source: SOURCES.recorded('test_message_deduplication_id_invalid'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      for (const MessageDeduplicationId of ['', 'group 123', 'a'.repeat(129)]) {
        const sending = context.send(queue, 'x', { MessageGroupId: 'group', MessageDeduplicationId })
        await assertRefused(sending, { code: 'InvalidParameterValue' })
      }
    },
  },
  {
    id: 'fifo-system-attributes',
    title: 'Group, deduplication id and sequence number are system attributes of a FIFO message',
    source: SOURCES.recorded('test_fifo_message_attributes'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue()
      const ids = { MessageGroupId: 'group-1', MessageDeduplicationId: 'dedup-1' }
      const { SequenceNumber } = await context.send(queue, 'x', ids)
      const { Attributes = {} } = await context.receiveOne(queue, EVERYTHING)
      assert.equal(Attributes.MessageGroupId, 'group-1')
      assert.equal(Attributes.MessageDeduplicationId, 'dedup-1')
      assert.ok(SequenceNumber)
      assert.equal(Attributes.SequenceNumber, SequenceNumber)
    },
  },
  {
    id: 'fifo-sequence-numbers',
    title: 'Sequence numbers have 20 digits and grow',
    source: SOURCES.api('SendMessage, SequenceNumber; recorded: test_fifo_sequence_number_increases'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue({ ContentBasedDeduplication: 'true' })
      const numbers: string[] = []
      for (const body of ['1', '2', '3']) {
        numbers.push((await context.send(queue, body, { MessageGroupId: 'group' })).SequenceNumber ?? '')
      }
      for (const number of numbers) assert.match(number, /^\d{20}$/)
      assert.deepEqual([...new Set(numbers)].sort(), numbers)
    },
  },
  {
    id: 'fifo-batch-of-a-group',
    title: 'A receive gives up to ten messages of one group, in order',
    source: SOURCES.guide('FIFO delivery logic, Receiving messages'),
    needs: ['fifo'],
    async run(context) {
      const sent = Array.from({ length: 12 }, (_, index) => `g-${index}`)
      const queue = await queueWith(context, sent)
      assert.deepEqual(bodies(await context.receive(queue, TEN)), sent.slice(0, 10))
    },
  },
  {
    id: 'fifo-group-order',
    title: 'A receive gives the messages of a group together, in the order they were sent',
    source: SOURCES.recorded('test_fifo_receive_message_group_id_ordering'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'b-1', 'a-2', 'a-3'])
      assert.deepEqual(bodies(await context.receive(queue, TEN)), ['a-1', 'a-2', 'a-3', 'b-1'])
    },
  },
  {
    id: 'fifo-group-blocked',
    title: 'A group is blocked while a message of it is in flight; other groups go on',
    source: SOURCES.recorded('test_fifo_message_group_visibility'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'a-2', 'b-1'])
      const [first] = await context.receive(queue)
      assert.equal(first?.Body, 'a-1')
      assert.deepEqual(bodies(await context.receive(queue, TEN)), ['b-1'])
      assert.deepEqual(await context.receive(queue, TEN), [])
      assert.ok(first)
      await context.delete(queue, first)
      assert.equal((await context.receiveOne(queue)).Body, 'a-2')
    },
  },
  {
    id: 'fifo-partial-delete-blocks',
    title: 'Deleting one of two messages in flight leaves the group blocked',
    source: SOURCES.recorded('test_fifo_message_group_visibility_after_partial_delete'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'b-1', 'a-2', 'b-2', 'a-3', 'c-1'])
      const received = await context.receive(queue, { MaxNumberOfMessages: 2 })
      assert.deepEqual(bodies(received), ['a-1', 'a-2'])
      assert.ok(received[0])
      await context.delete(queue, received[0])
      assert.deepEqual(bodies(await context.receive(queue, TEN)), ['b-1', 'b-2', 'c-1'])
    },
  },
  {
    id: 'fifo-visibility-in-group',
    title: 'A message whose visibility was extended blocks those behind it, not those before it',
    source: SOURCES.recorded('test_fifo_group_visibility_extends_with_change_message_visibility'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'a-2', 'a-3'], 1)
      const received = await context.receive(queue, TEN)
      assert.equal(received.length, 3)
      await change(context, queue, received[1], 5)
      await sleep(1_300)
      assert.deepEqual(bodies(await context.receive(queue, TEN)), ['a-1'])
    },
  },
  {
    id: 'fifo-order-after-timeout',
    title: 'Messages that come back after their visibility timeout keep their order',
    source: SOURCES.recorded('test_fifo_messages_in_order_after_timeout'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'a-2', 'a-3'], 1)
      assert.equal((await context.receive(queue, TEN)).length, 3)
      assert.deepEqual(bodies(await context.receiveAll(queue, 3, TEN)), ['a-1', 'a-2', 'a-3'])
    },
  },
  {
    id: 'fifo-visibility-zero',
    title: 'Giving a message back with visibility zero frees its group, the same message first',
    source: SOURCES.recorded('test_fifo_message_group_visibility_after_terminate_visibility_timeout'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'a-2'])
      const first = await context.receiveOne(queue)
      await change(context, queue, first, 0)
      assert.equal((await context.receive(queue, TEN))[0]?.Body, 'a-1')
    },
  },
  {
    id: 'fifo-no-message-delay',
    title: 'A delay on a message of a FIFO queue is refused',
    source: SOURCES.recorded('test_fifo_queue_send_message_with_delay_seconds_fails'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue({ ContentBasedDeduplication: 'true' })
      const sending = context.send(queue, 'x', { MessageGroupId: 'group', DelaySeconds: 2 })
      await assertRefused(sending, { code: 'InvalidParameterValue' })
    },
  },
  {
    id: 'fifo-queue-delay',
    title: 'The delay of a FIFO queue holds, also for messages that say zero',
    source: SOURCES.recorded('test_fifo_queue_send_message_with_zero_delay_defaults_to_queue_delay'),
    needs: ['fifo'],
    async run(context) {
      const queue = await context.createFifoQueue({ ContentBasedDeduplication: 'true', DelaySeconds: '1' })
      await context.send(queue, 'x', { MessageGroupId: 'group', DelaySeconds: 0 })
      await context.assertNothing(queue, 200)
      assert.equal((await context.receiveOne(queue)).Body, 'x')
    },
  },
  {
    id: 'fifo-expired-handle',
    title: 'A FIFO queue refuses to delete with a handle whose visibility ran out',
    source: SOURCES.recorded('test_fifo_delete_after_visibility_timeout'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1'], 1)
      const message = await context.receiveOne(queue)
      await sleep(1_200)
      const expected = { code: 'InvalidParameterValue', message: /The receipt handle has expired/ }
      await assertRefused(context.delete(queue, message), expected)
      assert.equal((await context.receiveOne(queue)).Body, 'a-1')
    },
  },
  {
    id: 'fifo-receive-attempt',
    title: 'A receive repeated with its ReceiveRequestAttemptId gives the same messages and handles',
    source: SOURCES.api('ReceiveMessage, ReceiveRequestAttemptId'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'a-2', 'b-1'])
      const request = { MaxNumberOfMessages: 2, ReceiveRequestAttemptId: 'attempt-1' }
      const first = await context.receive(queue, request)
      assert.equal(first.length, 2)
      assert.deepEqual(pairs(await context.receive(queue, request)), pairs(first))
      assert.deepEqual(bodies(await context.receive(queue, TEN)), ['b-1'])
    },
  },
  {
    id: 'fifo-counts',
    title: 'Messages of a blocked group are still counted as visible',
    source: SOURCES.recorded('test_fifo_approximate_number_of_messages_not_visible'),
    needs: ['fifo'],
    async run(context) {
      const queue = await queueWith(context, ['a-1', 'a-2', 'a-3'])
      await context.receiveOne(queue)
      await context.assertCounts(queue, { visible: 2, inFlight: 1, delayed: 0 })
    },
  },
]
