import type { Queue } from './queue.ts'
import type { RequestFields } from './request-fields.ts'
import { queueDoesNotExist, SqsError } from './sqs-error.ts'
import type { SqsStore } from './sqs-store.ts'

/** What an operation knows of its call. */
export interface OperationCall {
  readonly store: SqsStore
  readonly fields: RequestFields
  /** Access key id of the caller. */
  readonly caller: string
  /** True for a batch entry that a programmed fault wants to fail. */
  readonly failsEntry: () => boolean
  /** Calls back when the connection closes, at the latest after the answer; at once when it is closed already. */
  readonly onHangUp: (callback: () => void) => void
}

export type OperationAnswer = Record<string, unknown>
export type Operation = (call: OperationCall) => OperationAnswer | Promise<OperationAnswer>

/** The queue named by QueueUrl (the last part of the address, or a bare name), settled and marked as active. */
export function requireQueue(call: OperationCall): Queue {
  const url = call.fields.text('QueueUrl')
  requireOwnUrl(call.store, url)
  const queue = call.store.findQueue(url.slice(url.lastIndexOf('/') + 1))
  if (queue === undefined) throw queueDoesNotExist()
  queue.settle()
  queue.lastActionAtMs = call.store.now()
  return queue
}

/** A queue of another account is not shared, and one of another region is not to be had here: never is it taken for one of the same name. */
function requireOwnUrl({ accountId, region }: SqsStore, url: string): void {
  const parsed = URL.parse(url)
  if (parsed === null) return
  const account = /^\/(\d{12})\//.exec(parsed.pathname)?.[1]
  if (account !== undefined && account !== accountId)
    throw new SqsError('AccessDenied', `Access to the resource ${url} is denied.`, 403)
  const named = /^sqs\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(parsed.hostname)?.[1]
  if (named !== undefined && named !== region)
    throw new SqsError('InvalidAddress', `The address ${url} is not valid for this endpoint.`, 404)
}
