import { AppError } from '#lib/domain/errors.ts'

/** A body that is not taken, with the HTTP status that says why. `message` names the place at fault and the way out. */
export class RequestRefusal extends AppError {
  readonly status: 400 | 413 | 415 | 422

  constructor(status: RequestRefusal['status'], message: string) {
    super('invalid_input', message)
    this.name = 'RequestRefusal'
    this.status = status
  }
}
