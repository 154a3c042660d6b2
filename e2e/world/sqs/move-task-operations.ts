import type { MoveTask } from './move-task.ts'
import { sourceNotFound } from './move-tasks.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import type { Queue } from './queue.ts'
import { invalidParameter, SqsError } from './sqs-error.ts'

const ARN_PATTERN = /^arn:[^:]+:sqs:[^:]+:\d{12}:.+$/

export function startMessageMoveTask(call: OperationCall): OperationAnswer {
  const { store, fields } = call
  const source = requireSource(call)
  const ratePerSecond = fields.boundedInteger('MaxNumberOfMessagesPerSecond', {
    min: 1,
    max: 500,
    reason: 'Must be between 1 and 500, if provided.',
  })
  const destinationArn = fields.optionalText('DestinationArn')
  let destination: Queue | undefined
  if (destinationArn !== undefined && destinationArn !== '') {
    destination = store.findByArn(checkArn(destinationArn, 'DestinationArn'))
    if (destination === undefined) {
      const message = "The resource that you specified for the DestinationArn parameter doesn't exist."
      throw new SqsError('ResourceNotFoundException', message)
    }
  }
  return { TaskHandle: store.moveTasks.start({ source, destination, ratePerSecond }) }
}

/** The latest tasks of a source, one unless MaxResults (1 to 10) asks for more. */
export function listMessageMoveTasks(call: OperationCall): OperationAnswer {
  const source = requireSource(call)
  const max = call.fields.boundedInteger('MaxResults', {
    min: 1,
    max: 10,
    reason: 'Must be between 1 and 10, if provided.',
  })
  const tasks = call.store.moveTasks.list(source.arn).slice(0, max ?? 1)
  return { Results: tasks.map(shape) }
}

export function cancelMessageMoveTask(call: OperationCall): OperationAnswer {
  const task = call.store.moveTasks.get(call.fields.text('TaskHandle'))
  const { moved } = task
  task.cancel()
  return { ApproximateNumberOfMessagesMoved: moved }
}

function shape(task: MoveTask): OperationAnswer {
  return {
    TaskHandle: task.status === 'RUNNING' ? task.handle : undefined,
    Status: task.status,
    SourceArn: task.source.arn,
    DestinationArn: task.destinationArn,
    MaxNumberOfMessagesPerSecond: task.ratePerSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failureReason,
    StartedTimestamp: task.startedAtMs,
  }
}

function requireSource(call: OperationCall): Queue {
  const source = call.store.findByArn(checkArn(call.fields.text('SourceArn'), 'SourceArn'))
  if (source === undefined) throw sourceNotFound()
  source.settle()
  source.lastActionAtMs = call.store.now()
  return source
}

function checkArn(arn: string, parameter: string): string {
  if (ARN_PATTERN.test(arn)) return arn
  const form = 'arn:<partition>:<service>:<region>:<account-id>:<resource-id>'
  throw invalidParameter(`You must use this format to specify the ${parameter}: ${form}`)
}
