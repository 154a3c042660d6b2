import assert from 'node:assert/strict'
import { CancelMessageMoveTaskCommand, ListMessageMoveTasksCommand } from '@aws-sdk/client-sqs'
import { SOURCES } from '#e2e/conformance/check.ts'
import type { Check } from '#e2e/conformance/check.ts'
import { assertRefused } from '#e2e/conformance/refusal.ts'
import { EMPTY, list, needs, pairWithDirect, start, taskWith } from '#e2e/conformance/move-tasks.ts'

/** How fast a move task goes, what is told of it, and how it is cancelled. */
export const moveTaskControlChecks: readonly Check[] = [
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
]
