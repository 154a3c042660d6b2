import assert from 'node:assert/strict'

import {
  CancelMessageMoveTaskCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import type { ListMessageMoveTasksResultEntry, StartMessageMoveTaskRequest } from '@aws-sdk/client-sqs'

import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check, Need } from '#e2e/conformance/check.ts'
import { EVERYTHING } from '#e2e/conformance/check-context.ts'
import type { CheckContext, TestQueue } from '#e2e/conformance/check-context.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'

const needs: readonly Need[] = ['move-tasks', 'dead-letter-queues']
const EMPTY = { visible: 0, inFlight: 0, delayed: 0 }
const DONE_DEADLINE_MS = 12_000

async function start(
  context: CheckContext,
  source: TestQueue,
  more: Partial<StartMessageMoveTaskRequest> = {},
): Promise<string> {
  const answer = await context.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: source.arn, ...more }))
  assert.ok(answer.TaskHandle, 'StartMessageMoveTask gives a TaskHandle')
  return answer.TaskHandle
}

async function list(context: CheckContext, source: TestQueue, max = 1): Promise<ListMessageMoveTasksResultEntry[]> {
  const command = new ListMessageMoveTasksCommand({ SourceArn: source.arn, MaxResults: max })
  return (await context.sqs.send(command)).Results ?? []
}

/** The latest task once it has this status. */
async function taskWith(
  context: CheckContext,
  source: TestQueue,
  status: string,
): Promise<ListMessageMoveTasksResultEntry> {
  const probe = async (): Promise<ListMessageMoveTasksResultEntry> => {
    const [task] = await list(context, source)
    assert.equal(task?.Status, status)
    return task
  }
  return context.eventually(`the task to be ${status}`, probe, DONE_DEADLINE_MS)
}

/** Sends messages to the source and lets each fail once too often. */
async function fillDeadLetterQueue(
  context: CheckContext,
  { source, dlq }: { source: TestQueue; dlq: TestQueue },
  bodies: readonly string[],
): Promise<void> {
  const { visible: before } = await context.counts(dlq)
  for (const body of bodies) await context.send(source, body)
  await context.eventually(
    'the messages to be moved',
    async () => {
      await context.receive(source, { MaxNumberOfMessages: 10 })
      return (await context.counts(dlq)).visible === before + bodies.length || undefined
    },
    8_000,
  )
}

/** A dead-letter queue with messages sent straight to it. */
async function pairWithDirect(context: CheckContext, count: number): Promise<{ source: TestQueue; dlq: TestQueue }> {
  const pair = await context.createPair(1)
  for (let index = 0; index < count; index += 1) await context.send(pair.dlq, `direct ${index}`)
  await context.assertCounts(pair.dlq, { ...EMPTY, visible: count })
  return pair
}

/** StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask. */
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
    id: 'move-rate-range',
    title: 'A rate outside 1 to 500 messages a second is refused',
    source: SOURCES.api('StartMessageMoveTask, MaxNumberOfMessagesPerSecond'),
    needs,
    async run(context) {
      const { dlq } = await context.createPair(1)
      for (const MaxNumberOfMessagesPerSecond of [0, 501]) {
        const starting = start(context, dlq, { MaxNumberOfMessagesPerSecond })
        await assertRefused(starting, { code: 'InvalidParameterValue' })
      }
    },
  },
  {
    id: 'move-rate',
    title: 'A task keeps to its rate',
    source: SOURCES.recordedMove('test_move_task_with_throughput_limit'),
    needs,
    async run(context) {
      const pair = await pairWithDirect(context, 6)
      const destination = await context.createQueue()
      const started = performance.now()
      await start(context, pair.dlq, { DestinationArn: destination.arn, MaxNumberOfMessagesPerSecond: 2 })
      const task = await taskWith(context, pair.dlq, 'COMPLETED')
      const ms = performance.now() - started
      assert.ok(ms >= 1_500 && ms < 8_000, `6 messages at 2 a second took ${Math.round(ms)} ms`)
      assert.equal(task.MaxNumberOfMessagesPerSecond, 2)
    },
  },
  {
    id: 'move-list-running',
    title: 'A running task is listed with handle, rate and a start in epoch milliseconds',
    source: SOURCES.recordedMove('test_move_task_cancel, list-while'),
    needs,
    async run(context) {
      const pair = await pairWithDirect(context, 10)
      const destination = await context.createQueue()
      const before = Date.now()
      const handle = await start(context, pair.dlq, {
        DestinationArn: destination.arn,
        MaxNumberOfMessagesPerSecond: 1,
      })
      const task = await taskWith(context, pair.dlq, 'RUNNING')
      assert.equal(task.TaskHandle, handle)
      assert.equal(task.ApproximateNumberOfMessagesToMove, 10)
      assert.equal(task.MaxNumberOfMessagesPerSecond, 1)
      assert.ok(Math.abs((task.StartedTimestamp ?? 0) - before) < 60_000, `started at ${task.StartedTimestamp}`)
    },
  },
  {
    id: 'move-list-history',
    title: 'Past tasks are listed newest first, one unless more are asked for',
    source: SOURCES.api('ListMessageMoveTasks, MaxResults'),
    needs,
    async run(context) {
      const pair = await context.createPair(1)
      const destinations = [await context.createQueue(), await context.createQueue()]
      for (const { arn } of destinations) {
        await start(context, pair.dlq, { DestinationArn: arn })
        await context.eventually('the task to end', async () => {
          const [task] = await list(context, pair.dlq)
          assert.deepEqual([task?.Status, task?.DestinationArn], ['COMPLETED', arn])
          return true
        })
      }
      const all = (await list(context, pair.dlq, 10)).map(({ DestinationArn }) => DestinationArn)
      assert.deepEqual(all, [destinations[1]?.arn, destinations[0]?.arn])
      const command = new ListMessageMoveTasksCommand({ SourceArn: pair.dlq.arn })
      assert.equal((await context.sqs.send(command)).Results?.length, 1)
    },
  },
  {
    id: 'move-cancel',
    title: 'A cancelled task ends CANCELLED, undoes nothing, and every message is in one queue or the other',
    source: SOURCES.recordedMove('test_move_task_cancel'),
    needs,
    async run(context) {
      const pair = await pairWithDirect(context, 20)
      const destination = await context.createQueue()
      const TaskHandle = await start(context, pair.dlq, {
        DestinationArn: destination.arn,
        MaxNumberOfMessagesPerSecond: 1,
      })
      await context.eventually('a message to be moved', async () => {
        const [task] = await list(context, pair.dlq)
        return (task?.ApproximateNumberOfMessagesMoved ?? 0) >= 1 || undefined
      })
      const cancelled = await context.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
      const atCancel = cancelled.ApproximateNumberOfMessagesMoved ?? 0
      assert.ok(atCancel >= 1)
      const task = await taskWith(context, pair.dlq, 'CANCELLED')
      const moved = task.ApproximateNumberOfMessagesMoved ?? 0
      assert.ok(moved >= atCancel && moved < 20, `${atCancel} moved at the cancel, ${moved} in the end`)
      assert.equal(task.TaskHandle, undefined)
      await context.assertCounts(destination, { ...EMPTY, visible: moved })
      await context.assertCounts(pair.dlq, { ...EMPTY, visible: 20 - moved })
    },
  },
  {
    id: 'move-cancel-bad-handle',
    title: 'Cancelling with a handle that is none is refused',
    source: SOURCES.recordedMove('test_cancel_with_invalid_task_handle'),
    needs,
    async run(context) {
      const cancelling = context.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'foobared' }))
      const message = /Value for parameter TaskHandle is invalid\./
      await assertRefused(cancelling, { code: 'InvalidParameterValue', status: 400, message })
    },
  },
  {
    id: 'move-cancel-unknown-task',
    title: 'Cancelling a task that does not exist is refused with 404',
    source: SOURCES.recordedMove('test_cancel_with_invalid_task_id_in_task_handle'),
    needs,
    async run(context) {
      const { dlq } = await context.createPair(1)
      const task = { taskId: '10f6a3b7-4e9b-4d2f-9c55-2c1f6b0f6a11', sourceArn: dlq.arn }
      const TaskHandle = Buffer.from(JSON.stringify(task)).toString('base64')
      const cancelling = context.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
      await assertRefused(cancelling, { code: 'ResourceNotFound', status: 404, message: /Task does not exist\./ })
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
