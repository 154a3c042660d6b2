import type { OperationAnswer, OperationCall } from './operation.ts'
import type { RequestFields } from './request-fields.ts'
import { SqsError } from './sqs-error.ts'

const MAXIMUM_ENTRIES = 10
const ID_PATTERN = /^[A-Za-z0-9_-]{1,80}$/

export interface BatchRun {
  /** AWS's name of an entry, for the sentence about an empty batch. */
  readonly entryName: string
  /** Checks that refuse the whole batch. */
  readonly checkAll?: (entries: readonly RequestFields[]) => void
  /** Runs one entry; an SqsError makes that entry a failed one and leaves the others alone. */
  readonly runEntry: (entry: RequestFields) => OperationAnswer
}

/** Runs the entries of a batch on their own; throws only for what is wrong with the batch itself. */
export function runBatch(call: OperationCall, run: BatchRun): OperationAnswer {
  const entries = call.fields.entries('Entries')
  checkEntries(entries, run.entryName)
  run.checkAll?.(entries)
  const successful: OperationAnswer[] = []
  const failed: OperationAnswer[] = []
  for (const entry of entries) {
    const id = entry.text('Id')
    try {
      if (call.failsEntry()) throw new SqsError('InternalError', 'The entry failed by a programmed fault.')
      successful.push({ Id: id, ...run.runEntry(entry) })
    } catch (error) {
      if (!(error instanceof SqsError)) throw error
      failed.push({ Id: id, SenderFault: error.isSenderFault, Code: error.queryCode, Message: error.message })
    }
  }
  return {
    Successful: successful.length === 0 ? undefined : successful,
    Failed: failed.length === 0 ? undefined : failed,
  }
}

function checkEntries(entries: readonly RequestFields[], entryName: string): void {
  if (entries.length === 0) {
    throw new SqsError('EmptyBatchRequest', `There should be at least one ${entryName} in the request.`)
  }
  if (entries.length > MAXIMUM_ENTRIES) {
    const message = `Maximum number of entries per request are ${MAXIMUM_ENTRIES}. You have sent ${entries.length}.`
    throw new SqsError('TooManyEntriesInBatchRequest', message)
  }
  const ids = new Set<string>()
  for (const entry of entries) {
    const id = entry.optionalText('Id') ?? ''
    if (!ID_PATTERN.test(id)) {
      const rule = 'A batch entry id can only contain alphanumeric characters, hyphens and underscores.'
      throw new SqsError('InvalidBatchEntryId', `${rule} It can be at most 80 letters long.`)
    }
    if (ids.has(id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`)
    ids.add(id)
  }
}
