/** Shape name -> code of the older query protocol and HTTP status, from the service's own model. */
const ERRORS = {
  BatchEntryIdsNotDistinct: ['AWS.SimpleQueueService.BatchEntryIdsNotDistinct', 400],
  BatchRequestTooLong: ['AWS.SimpleQueueService.BatchRequestTooLong', 400],
  EmptyBatchRequest: ['AWS.SimpleQueueService.EmptyBatchRequest', 400],
  InternalError: ['InternalError', 500],
  InvalidAction: ['InvalidAction', 400],
  InvalidAddress: ['InvalidAddress', 404],
  InvalidAttributeName: ['InvalidAttributeName', 400],
  InvalidAttributeValue: ['InvalidAttributeValue', 400],
  InvalidBatchEntryId: ['AWS.SimpleQueueService.InvalidBatchEntryId', 400],
  InvalidMessageContents: ['InvalidMessageContents', 400],
  InvalidParameterValueException: ['InvalidParameterValue', 400],
  MessageNotInflight: ['AWS.SimpleQueueService.MessageNotInflight', 400],
  MissingRequiredParameterException: ['MissingParameter', 400],
  OverLimit: ['OverLimit', 403],
  PurgeQueueInProgress: ['AWS.SimpleQueueService.PurgeQueueInProgress', 403],
  QueueDeletedRecently: ['AWS.SimpleQueueService.QueueDeletedRecently', 400],
  QueueDoesNotExist: ['AWS.SimpleQueueService.NonExistentQueue', 400],
  QueueNameExists: ['QueueAlreadyExists', 400],
  ReceiptHandleIsInvalid: ['ReceiptHandleIsInvalid', 404],
  RequestThrottled: ['RequestThrottled', 403],
  ResourceNotFoundException: ['ResourceNotFoundException', 404],
  SerializationException: ['MalformedInput', 400],
  TooManyEntriesInBatchRequest: ['AWS.SimpleQueueService.TooManyEntriesInBatchRequest', 400],
  UnsupportedOperation: ['AWS.SimpleQueueService.UnsupportedOperation', 400],
} as const satisfies Record<string, readonly [string, number]>

/** The error shapes this server answers with. */
export type SqsErrorName = keyof typeof ERRORS

/** An error that goes to the caller as AWS would send it. */
export class SqsError extends Error {
  readonly shape: string
  /** The code older clients see, e.g. `AWS.SimpleQueueService.NonExistentQueue`. */
  readonly queryCode: string
  readonly status: number
  readonly isSenderFault: boolean

  constructor(shape: SqsErrorName, message: string)
  constructor(shape: string, message: string, status: number)
  constructor(shape: string, message: string, status?: number) {
    super(message)
    this.name = 'SqsError'
    const known = Object.entries(ERRORS).find(([name]) => name === shape)?.[1]
    this.shape = shape
    this.queryCode = known?.[0] ?? shape
    this.status = status ?? known?.[1] ?? 400
    this.isSenderFault = this.status < 500
  }
}

/** "Value … for parameter … is invalid", the sentence AWS uses for most bad input. */
export function invalidValue(value: unknown, parameter: string, reason: string): SqsError {
  return invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`)
}

export function invalidParameter(message: string): SqsError {
  return new SqsError('InvalidParameterValueException', message)
}

export function missingParameter(parameter: string): SqsError {
  return new SqsError('MissingRequiredParameterException', `The request must contain the parameter ${parameter}.`)
}

export function queueDoesNotExist(): SqsError {
  return new SqsError('QueueDoesNotExist', 'The specified queue does not exist.')
}
