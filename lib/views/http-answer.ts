import 'server-only'
import { randomUUID } from 'node:crypto'
import { getLog } from '#lib/config/log.ts'
import { AppError, type AppErrorCode } from '#lib/domain/errors.ts'

const STATUS: Readonly<Record<AppErrorCode, number>> = {
  invalid_input: 400,
  not_signed_in: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  internal: 500,
  not_configured: 503,
  store_unavailable: 503,
}

/** The body of every refusal of the API. */
export interface ApiError {
  readonly code: AppErrorCode
  readonly message: string
  /** With `store_unavailable`: since when, epoch ms. */
  readonly sinceMs?: number
}

/** A JSON answer that nobody keeps. */
export function answerJson(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } })
}

/** An error as an answer: what a caller may know of it, under the status of its code (or a closer one). An unexpected one is logged under an id that the caller gets. */
export function answerError(error: unknown, status?: number): Response {
  const told = tellError(error)
  return answerJson({ error: told }, status ?? STATUS[told.code])
}

function tellError(error: unknown): ApiError {
  if (!(error instanceof AppError)) {
    const id = randomUUID().slice(0, 8)
    getLog().error({ err: error, id }, 'a request failed unexpectedly')
    return { code: 'internal', message: `Something went wrong inside Spillway. The log has it under ${id}.` }
  }
  const { code, message } = error
  return 'sinceMs' in error && typeof error.sinceMs === 'number'
    ? { code, message, sinceMs: error.sinceMs }
    : { code, message }
}
