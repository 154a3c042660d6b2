import 'server-only'
import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { getOneTryClient, getSqsClient } from '#lib/aws/clients.ts'
import { placeOfUrl } from '#lib/aws/places.ts'
import { askSqs } from './ask-sqs.ts'
import type { QueueAccess } from './redrive-context.ts'

/** The dead-letter queue whose messages a task moves. */
export interface TaskSource {
  readonly url: string
  readonly arn: string
}

/** A task as SQS tells it; counts are approximate. */
export interface ToldTask {
  /** Only while it runs. */
  readonly handle: string | null
  readonly startedMs: number
  readonly status: string
  readonly moved: number
  readonly toMove: number | null
  readonly failure: string | null
}

/** Starts a task; asks once. Without a destination each message goes to the queue that it came from. Gives its handle. */
export async function startMoveTask(
  access: QueueAccess,
  source: TaskSource,
  task: { readonly destinationArn: string | null; readonly perSecond: number },
): Promise<string | null> {
  const command = new StartMessageMoveTaskCommand({
    SourceArn: source.arn,
    ...(task.destinationArn === null ? {} : { DestinationArn: task.destinationArn }),
    MaxNumberOfMessagesPerSecond: Math.min(500, Math.max(1, Math.round(task.perSecond))),
  })
  const { TaskHandle } = await askSqs('StartMessageMoveTask', source.url, access, () =>
    getOneTryClient(placeOfUrl(access.aws, source.url)).send(command),
  )
  return TaskHandle ?? null
}

/** The latest task of the queue; null when SQS knows of none. */
export async function latestMoveTask(access: QueueAccess, source: TaskSource): Promise<ToldTask | null> {
  const command = new ListMessageMoveTasksCommand({ SourceArn: source.arn, MaxResults: 1 })
  const { Results: [latest] = [] } = await askSqs('ListMessageMoveTasks', source.url, access, () =>
    getSqsClient(placeOfUrl(access.aws, source.url)).send(command),
  )
  if (latest === undefined) return null
  return {
    handle: latest.TaskHandle ?? null,
    startedMs: latest.StartedTimestamp ?? 0,
    status: latest.Status ?? 'UNKNOWN',
    moved: latest.ApproximateNumberOfMessagesMoved ?? 0,
    toMove: latest.ApproximateNumberOfMessagesToMove ?? null,
    failure: latest.FailureReason ?? null,
  }
}

/** Asks SQS to end a task. It goes on for a while after that. Gives how many it had moved. */
export async function cancelMoveTask(access: QueueAccess, source: TaskSource, handle: string): Promise<number> {
  const command = new CancelMessageMoveTaskCommand({ TaskHandle: handle })
  const { ApproximateNumberOfMessagesMoved: moved } = await askSqs('CancelMessageMoveTask', source.url, access, () =>
    getSqsClient(placeOfUrl(access.aws, source.url)).send(command),
  )
  return moved ?? 0
}
