/** An answer that is not 200, in Sentry's words: `{"detail": …}`. */
export class SentryApiError extends Error {
  override readonly name = 'SentryApiError'
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}
