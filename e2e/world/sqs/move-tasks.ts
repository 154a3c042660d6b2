import { randomUUID } from 'node:crypto'

import { MoveTask } from './move-task.ts'
import type { Queue } from './queue.ts'
import { isRecord } from './request-fields.ts'
import { invalidParameter, SqsError } from './sqs-error.ts'
import type { SqsStore } from './sqs-store.ts'

const KEPT_TASKS = 10

/** The message move tasks of a store: one active per source queue, the last ten of each kept. */
export class MoveTasks {
  readonly #store: SqsStore
  readonly #tasks = new Map<string, MoveTask[]>()

  constructor(store: SqsStore) {
    this.#store = store
  }

  /** Starts a task and gives its handle; throws what StartMessageMoveTask refuses. */
  start(request: { source: Queue; destination: Queue | undefined; ratePerSecond: number | undefined }): string {
    const { source, destination } = request
    const isDeadLetterQueue = [...this.#store.queues()].some(
      (queue) => queue.settings.redrivePolicy?.deadLetterTargetArn === source.arn,
    )
    if (!isDeadLetterQueue) throw invalidParameter('Source queue must be configured as a Dead Letter Queue.')
    if (destination !== undefined && destination.isFifo !== source.isFifo) {
      throw invalidParameter('Source queue and destination queue must be of the same type.')
    }
    if (destination === source) throw invalidParameter('Source queue and destination queue must differ.')
    const tasks = this.#tasks.get(source.arn) ?? []
    if (tasks.some((task) => task.isActive)) {
      throw invalidParameter(
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      )
    }
    const task = new MoveTask(this.#store, { ...request, id: randomUUID() })
    this.#tasks.set(source.arn, [task, ...tasks].slice(0, KEPT_TASKS))
    task.start()
    return task.handle
  }

  /** Newest first. */
  list(sourceArn: string): readonly MoveTask[] {
    return this.#tasks.get(sourceArn) ?? []
  }

  /** The task behind a handle; throws what CancelMessageMoveTask refuses. */
  get(handle: string): MoveTask {
    const { taskId, sourceArn } = decodeHandle(handle)
    if (this.#store.findByArn(sourceArn) === undefined) throw sourceNotFound()
    const task = this.list(sourceArn).find(({ id }) => id === taskId)
    if (task === undefined || !task.isActive) throw new SqsError('ResourceNotFoundException', 'Task does not exist.')
    return task
  }

  /** Stops every timer; for the end of the server. */
  stop(): void {
    for (const tasks of this.#tasks.values()) for (const task of tasks) task.stop()
  }
}

export function sourceNotFound(): SqsError {
  const message = "The resource that you specified for the SourceArn parameter doesn't exist."
  return new SqsError('ResourceNotFoundException', message)
}

function decodeHandle(handle: string): { taskId: string; sourceArn: string } {
  const refused = invalidParameter('Value for parameter TaskHandle is invalid.')
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(handle, 'base64').toString())
  } catch {
    throw refused
  }
  const taskId = isRecord(value) ? value['taskId'] : undefined
  const sourceArn = isRecord(value) ? value['sourceArn'] : undefined
  if (typeof taskId !== 'string' || typeof sourceArn !== 'string') throw refused
  return { taskId, sourceArn }
}
