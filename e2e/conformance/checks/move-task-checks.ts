import assert from 'node:assert/strict'
import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'
import {
  EMPTY,
  fillDeadLetterQueue,
  list,
  needs,
  pairWithDirect,
  start,
  taskWith,
} from '#e2e/conformance/move-tasks.ts'

/** StartMessageMoveTask: what it moves, where to, and what it refuses. */
export const moveTaskChecks: readonly Check[] = [
  {
    id: 'move-to-destination',
    title: 'A move task takes every message to the destination and ends COMPLETED',
    source: SOURCES.recordedMove('test_basic_move_task_workflow'),
    needs,
    async run(context) {
      const pair = await context.createPair(1)
      const destination = await context.createQueue()
      await fillDeadLetterQueue(context, pair, ['one', 'two'])
      await start(context, pair.dlq, { DestinationArn: destination.arn })
      const task = await taskWith(context, pair.dlq, 'COMPLETED')
      assert.deepEqual(
        {
          moved: task.ApproximateNumberOfMessagesMoved,
          toMove: task.ApproximateNumberOfMessagesToMove,
          source: task.SourceArn,
          destination: task.DestinationArn,
          handle: task.TaskHandle,
        },
        { moved: 2, toMove: 2, source: pair.dlq.arn, destination: destination.arn, handle: undefined },
      )
      await context.assertCounts(pair.dlq, EMPTY)
      const bodies = (await context.receiveAll(destination, 2)).map(({ Body }) => Body ?? '')
      assert.deepEqual(bodies.sort(), ['one', 'two'])
    },
  },
  {
    id: 'move-to-own-sources',
    title: 'Without a destination each message goes back to the queue it came from',
    source: SOURCES.recordedMove('test_move_task_workflow_with_multiple_sources_as_default_destination'),
    needs,
    async run(context) {
      const pair = await context.createPair(1)
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: pair.dlq.arn, maxReceiveCount: 1 })
      const other = await context.createQueue({ VisibilityTimeout: '1', RedrivePolicy })
      await fillDeadLetterQueue(context, pair, ['first'])
      await fillDeadLetterQueue(context, { source: other, dlq: pair.dlq }, ['second'])
      await start(context, pair.dlq)
      const task = await taskWith(context, pair.dlq, 'COMPLETED')
      assert.equal(task.ApproximateNumberOfMessagesMoved, 2)
      assert.equal(task.DestinationArn, undefined)
      assert.equal((await context.receiveOne(pair.source)).Body, 'first')
      assert.equal((await context.receiveOne(other)).Body, 'second')
    },
  },
  {
    id: 'move-makes-new-messages',
    title: 'A moved message is new: other id, later SentTimestamp, receive count from one, attributes kept',
    source: SOURCES.guide('Configure a dead-letter queue redrive, message ids and retention'),
    needs,
    async run(context) {
      const { source, dlq } = await context.createPair(1)
      const MessageAttributes = { JavaType: { DataType: 'String', StringValue: 'a.b.C' } }
      const sent = await context.send(source, 'poison', { MessageAttributes })
      const first = await context.receiveOne(source, EVERYTHING)
      await context.eventually('the message to be moved', async () => {
        await context.receive(source)
        return (await context.counts(dlq)).visible === 1 || undefined
      })
      await start(context, dlq)
      await taskWith(context, dlq, 'COMPLETED')
      const again = await context.receiveOne(source, EVERYTHING)
      assert.equal(again.Body, 'poison')
      assert.notEqual(again.MessageId, sent.MessageId)
      assert.equal(again.MD5OfMessageAttributes, sent.MD5OfMessageAttributes)
      assert.equal(again.Attributes?.ApproximateReceiveCount, '1')
      assert.ok(Number(again.Attributes?.SentTimestamp) > Number(first.Attributes?.SentTimestamp))
    },
  },
  {
    id: 'move-source-must-be-dlq',
    title: 'A source that is nobody’s dead-letter queue is refused',
    source: SOURCES.recordedMove('test_source_needs_redrive_policy'),
    needs,
    async run(context) {
      const source = await context.createQueue()
      const destination = await context.createQueue()
      const message = /Source queue must be configured as a Dead Letter Queue\./
      const starting = start(context, source, { DestinationArn: destination.arn })
      await assertRefused(starting, { code: 'InvalidParameterValue', status: 400, message })
    },
  },
  {
    id: 'move-one-at-a-time',
    title: 'A second task for the same source is refused while one runs',
    source: SOURCES.recordedMove('test_start_multiple_move_tasks'),
    needs,
    async run(context) {
      const pair = await pairWithDirect(context, 10)
      const destination = await context.createQueue()
      const request = { DestinationArn: destination.arn, MaxNumberOfMessagesPerSecond: 1 }
      await start(context, pair.dlq, request)
      const message =
        /There is already a task running\. Only one active task is allowed for a source queue arn at a given time\./
      const second = start(context, pair.dlq, request)
      await assertRefused(second, { code: 'InvalidParameterValue', status: 400, message })
    },
  },
  {
    id: 'move-destination-must-exist',
    title: 'A destination that does not exist is refused with 404',
    source: SOURCES.recordedMove('test_destination_needs_to_exist'),
    needs,
    async run(context) {
      const { dlq } = await context.createPair(1)
      const DestinationArn = dlq.arn.replace(dlq.name, context.newName())
      const message = /The resource that you specified for the DestinationArn parameter doesn't exist\./
      const starting = start(context, dlq, { DestinationArn })
      await assertRefused(starting, { code: 'ResourceNotFound', status: 404, message })
    },
  },
  {
    id: 'move-source-must-exist',
    title: 'A source that does not exist is refused with 404',
    source: SOURCES.api('StartMessageMoveTask, Errors, ResourceNotFoundException'),
    needs,
    async run(context) {
      const { dlq } = await context.createPair(1)
      const absent = { ...dlq, arn: dlq.arn.replace(dlq.name, context.newName()) }
      await assertRefused(start(context, absent), { code: 'ResourceNotFound', status: 404 })
    },
  },
  {
    id: 'move-fails-without-source',
    title: 'A task without destination FAILS with a reason at a message that has no source, and loses nothing',
    source: SOURCES.api('ListMessageMoveTasks, FailureReason; StartMessageMoveTask, DestinationArn'),
    needs,
    async run(context) {
      const { dlq } = await pairWithDirect(context, 1)
      await start(context, dlq)
      const task = await taskWith(context, dlq, 'FAILED')
      assert.ok(task.FailureReason, 'a failed task has a reason')
      assert.equal((await context.receiveOne(dlq)).Body, 'direct 0')
    },
  },
  {
    id: 'move-fails-when-destination-goes',
    title: 'A task whose destination is deleted FAILS with NonExistentQueue',
    source: SOURCES.recordedMove('test_move_task_delete_destination_queue_while_running'),
    needs,
    async run(context) {
      const { dlq } = await pairWithDirect(context, 10)
      const destination = await context.createQueue()
      await start(context, dlq, { DestinationArn: destination.arn, MaxNumberOfMessagesPerSecond: 2 })
      await context.eventually('a message to be moved', async () => {
        const [task] = await list(context, dlq)
        return (task?.ApproximateNumberOfMessagesMoved ?? 0) >= 1 || undefined
      })
      await context.sqs.send(new DeleteQueueCommand({ QueueUrl: destination.url }))
      const task = await taskWith(context, dlq, 'FAILED')
      assert.equal(task.FailureReason, 'AWS.SimpleQueueService.NonExistentQueue')
    },
  },
  {
    id: 'move-fifo',
    title: 'A move task takes a FIFO dead-letter queue back to its source in order',
    source: SOURCES.guide('Configure a dead-letter queue redrive, FIFO queues (since November 2023)'),
    needs: ['move-tasks', 'dead-letter-queues', 'fifo'],
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
      await start(context, dlq)
      await taskWith(context, dlq, 'COMPLETED')
      await context.assertCounts(source, { ...EMPTY, visible: 3 })
      const messages = await context.receive(source, { MaxNumberOfMessages: 10, ...EVERYTHING })
      assert.deepEqual(
        messages.map(({ Body, Attributes }) => [Body, Attributes?.MessageGroupId]),
        [
          ['one', 'group'],
          ['two', 'group'],
          ['three', 'group'],
        ],
      )
    },
  },
]
