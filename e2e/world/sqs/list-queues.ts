import { requireQueue } from './operation.ts'
import type { OperationAnswer, OperationCall } from './operation.ts'
import type { RequestFields } from './request-fields.ts'
import { invalidParameter } from './sqs-error.ts'

const PAGE_SIZE = 1000

export function listQueues(call: OperationCall): OperationAnswer {
  const prefix = call.fields.optionalText('QueueNamePrefix') ?? ''
  const names = call.store.listQueueNames().filter((name) => name.startsWith(prefix))
  const page = readPage(names, call.fields)
  return { QueueUrls: urls(call, page.names), NextToken: page.nextToken }
}

/** The queues whose RedrivePolicy names this one. */
export function listDeadLetterSourceQueues(call: OperationCall): OperationAnswer {
  const { arn } = requireQueue(call)
  const sources = [...call.store.queues()].filter((queue) => queue.settings.redrivePolicy?.deadLetterTargetArn === arn)
  const page = readPage(sources.map((queue) => queue.name).sort(), call.fields)
  return { queueUrls: urls(call, page.names) ?? [], NextToken: page.nextToken }
}

function urls({ store }: OperationCall, names: readonly string[]): string[] | undefined {
  return names.length === 0 ? undefined : names.map((name) => store.urlOf(store.getQueue(name)))
}

/** A page of sorted names. The token names the last one given, so queues made or deleted meanwhile shift nothing. */
function readPage(names: readonly string[], fields: RequestFields): { names: string[]; nextToken: string | undefined } {
  const size = fields.boundedInteger('MaxResults', {
    min: 1,
    max: PAGE_SIZE,
    reason: 'MaxResults must be an integer between 1 and 1000.',
  })
  const token = fields.optionalText('NextToken')
  const after = token === undefined ? '' : decodeToken(token)
  const rest = names.filter((name) => name > after)
  const page = rest.slice(0, size ?? PAGE_SIZE)
  const last = page.at(-1)
  // Without MaxResults AWS gives the first 1,000 and no token.
  const hasMore = size !== undefined && rest.length > page.length && last !== undefined
  return { names: page, nextToken: hasMore ? Buffer.from(`after:${last}`).toString('base64') : undefined }
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString()
  if (!text.startsWith('after:')) throw invalidParameter('Invalid or expired next token.')
  return text.slice('after:'.length)
}
