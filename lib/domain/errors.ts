/** Codes that a caller may act on; each edge (view route, action, collector) maps them to its own transport. */
export type AppErrorCode =
  | 'invalid_input'
  | 'not_found'
  | 'not_signed_in'
  | 'forbidden'
  | 'conflict'
  | 'rate_limited'
  | 'not_configured'
  | 'store_unavailable'
  | 'internal'

const BRAND = Symbol.for('spillway.app-error')

/** A broken promise with a code. `message` is plain English for a person, names the field at fault and the way out; it never holds personal data. */
export class AppError extends Error {
  readonly code: AppErrorCode
  readonly [BRAND] = true

  constructor(code: AppErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
  }

  /** Next gives pages, routes and instrumentation each their own copy of this class: an error that one of them throws is one to the others too. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== AppError) return Function.prototype[Symbol.hasInstance].call(this, value)
    return value instanceof Error && BRAND in value
  }
}
