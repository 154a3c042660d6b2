import 'server-only'
import { GetQueueAttributesCommand, ListMessageMoveTasksCommand } from '@aws-sdk/client-sqs'
import { getSqsClient } from '#lib/aws/clients.ts'
import { placeOfUrl } from '#lib/aws/places.ts'
import type { PreflightQueues } from '#lib/domain/redrive-preflight.ts'
import { askSqs, QueueCallError } from './ask-sqs.ts'
import type { QueueAccess } from './redrive-context.ts'

/** The queues that are asked about; `sourceArn` null where no move task of SQS can run, as on a queue that holds no dead letters. */
export interface AskedQueues {
  readonly sourceUrl: string
  readonly sourceArn: string | null
  readonly destinationUrl: string
}

/** What SQS tells before a redrive starts. What it does not tell is not known, with the reason: it stops nobody by itself. */
export async function askAboutQueues(access: QueueAccess, asked: AskedQueues): Promise<PreflightQueues> {
  const [maximumBytes, hasMoveTask] = await Promise.all([
    told(() => askMaximumBytes(access, asked.destinationUrl)),
    asked.sourceArn === null ? { value: false, problem: null } : told(() => askMoveTask(access, asked)),
  ])
  return {
    maximumBytes: maximumBytes.value,
    hasMoveTask: hasMoveTask.value,
    problem: maximumBytes.problem ?? hasMoveTask.problem,
  }
}

async function told<T>(ask: () => Promise<T>): Promise<{ value: T | null; problem: string | null }> {
  try {
    return { value: await ask(), problem: null }
  } catch (error) {
    if (error instanceof QueueCallError) return { value: null, problem: error.message }
    throw error
  }
}

async function askMaximumBytes(access: QueueAccess, queueUrl: string): Promise<number | null> {
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['MaximumMessageSize'] })
  const { Attributes: attributes = {} } = await askSqs('GetQueueAttributes', queueUrl, access, () =>
    getSqsClient(placeOfUrl(access.aws, queueUrl)).send(command),
  )
  const bytes = Number(attributes.MaximumMessageSize)
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null
}

async function askMoveTask(access: QueueAccess, { sourceArn, sourceUrl }: AskedQueues): Promise<boolean> {
  const command = new ListMessageMoveTasksCommand({ SourceArn: sourceArn ?? '', MaxResults: 1 })
  const { Results: tasks = [] } = await askSqs('ListMessageMoveTasks', sourceUrl, access, () =>
    getSqsClient(placeOfUrl(access.aws, sourceUrl)).send(command),
  )
  return tasks.some(({ Status }) => Status === 'RUNNING' || Status === 'CANCELLING')
}
