import type { ApiError } from './http-answer.ts'

/** Why a view could not be had. `unreachable`: no answer came, so nothing is known of the server. */
export class ViewError extends Error {
  readonly code: ApiError['code'] | 'unreachable'
  /** Since when the server itself says so, epoch ms on its clock; null when it does not. */
  readonly sinceMs: number | null

  constructor(code: ViewError['code'], message: string, sinceMs: number | null) {
    super(message)
    this.name = 'ViewError'
    this.code = code
    this.sinceMs = sinceMs
  }
}

const PATIENCE_MS = 15_000
const UNREACHABLE = 'Spillway does not answer. This page tries again by itself.'

/** Fetches a view's JSON as `unknown`; throws a `ViewError` for every refusal and for silence. */
export async function fetchView(
  name: string,
  params: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<unknown> {
  const query = new URLSearchParams(params).toString()
  const response = await fetch(`/api/views/${name}${query === '' ? '' : `?${query}`}`, {
    cache: 'no-store',
    headers: { accept: 'application/json' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
  }).catch(() => null)
  const body: unknown = await response?.json().catch(() => null)
  if (response === null || body === null || body === undefined) throw new ViewError('unreachable', UNREACHABLE, null)
  if (response.ok) return body
  const { error } = refusalOf(body)
  throw new ViewError(error?.code ?? 'unreachable', error?.message ?? UNREACHABLE, error?.sinceMs ?? null)
}

/** A refusal as the API writes it. Anything else, as a proxy in between may answer, holds no error of ours. */
function refusalOf(body: unknown): { readonly error?: ApiError } {
  const isOurs = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object'
  // Only answerError writes an object under `error`, and server and page are of one build.
  return isOurs ? (body as { error: ApiError }) : {}
}
