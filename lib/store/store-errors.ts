import 'server-only'
import { AppError } from '#lib/domain/errors.ts'

/** Node's codes of a connection that cannot be made or broke. */
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
])

/** PostgreSQL's codes of a server that is going, coming or full: class 08 and these (appendix A of its manual). */
const SERVER_CODES = new Set(['57P01', '57P02', '57P03', '53300', '25P03', '57P05'])

/** What `pg` says without a code when the connection is gone or silent. */
const PG_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable|connection timeout|client was closed/iu

/** True when the store did not answer, whatever wraps the error: the same call may succeed later. */
export function isStoreUnavailable(error: unknown): boolean {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth += 1) {
    if (current instanceof AppError && current.code === 'store_unavailable') return true
    if (isLostServer(current)) return true
    if (current instanceof AggregateError && current.errors.some((each) => isStoreUnavailable(each))) return true
  }
  return false
}

/** The error as callers meet it: a lost server becomes `store_unavailable`, with the cause kept; anything else stays itself. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof AppError || !isStoreUnavailable(error)) return error
  const code = codeOf(error)
  return new AppError(
    'store_unavailable',
    `The database does not answer${code === null ? '' : ` (${code})`}. Spillway tries again; check that the server of DATABASE_URL is up.`,
    { cause: error },
  )
}

/** The code of a PostgreSQL or Node error, e.g. `23505`; null without one. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

function isLostServer(error: Error): boolean {
  const code = codeOf(error)
  if (code === null) return PG_MESSAGES.test(error.message)
  return NETWORK_CODES.has(code) || SERVER_CODES.has(code) || /^08\w{3}$/u.test(code)
}
