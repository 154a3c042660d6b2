import assert from 'node:assert/strict'
import { ListMessageMoveTasksCommand, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs'
import type { ListMessageMoveTasksResultEntry, StartMessageMoveTaskRequest } from '@aws-sdk/client-sqs'
import type { Need } from '#e2e/conformance/check.ts'
import type { CheckContext, TestQueue } from '#e2e/conformance/check-context.ts'

export const needs: readonly Need[] = ['move-tasks', 'dead-letter-queues']
export const EMPTY = { visible: 0, inFlight: 0, delayed: 0 }
const DONE_DEADLINE_MS = 12_000

/** Starts a task and gives its handle. */
export async function start(
  context: CheckContext,
  source: TestQueue,
  more: Partial<StartMessageMoveTaskRequest> = {},
): Promise<string> {
  const answer = await context.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: source.arn, ...more }))
  assert.ok(answer.TaskHandle, 'StartMessageMoveTask gives a TaskHandle')
  return answer.TaskHandle
}

/** The latest tasks of the queue. */
export async function list(
  context: CheckContext,
  source: TestQueue,
  max = 1,
): Promise<ListMessageMoveTasksResultEntry[]> {
  const command = new ListMessageMoveTasksCommand({ SourceArn: source.arn, MaxResults: max })
  return (await context.sqs.send(command)).Results ?? []
}

/** The latest task once it has this status. */
export async function taskWith(
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
export async function fillDeadLetterQueue(
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
export async function pairWithDirect(
  context: CheckContext,
  count: number,
): Promise<{ source: TestQueue; dlq: TestQueue }> {
  const pair = await context.createPair(1)
  for (let index = 0; index < count; index += 1) await context.send(pair.dlq, `direct ${index}`)
  await context.assertCounts(pair.dlq, { ...EMPTY, visible: count })
  return pair
}
