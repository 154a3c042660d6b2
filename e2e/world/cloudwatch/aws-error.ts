/** An error answer in CloudWatch's words; `code` is what the SDK shows as the exception's name. */
export class CloudWatchError extends Error {
  override readonly name = 'CloudWatchError'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

export function validationError(message: string): CloudWatchError {
  return new CloudWatchError('ValidationError', message)
}
