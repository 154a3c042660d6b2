import type { ApiError } from './http-answer.ts'

/** Why a view could not be had. `unreachable`: no answer came, so nothing is known of the server. `slow`: the server is there, and did not answer. */
export class ViewError extends Error {
  readonly code: ApiError['code'] | 'unreachable' | 'slow'
  /** Since when the server itself says so, epoch ms on its clock; null when it does not. */
  readonly sinceMs: number | null

  constructor(code: ViewError['code'], sinceMs: number | null = null) {
    super(code)
    this.name = 'ViewError'
    this.code = code
    this.sinceMs = sinceMs
  }
}

/** What whoever waits for an answer knows besides, and wants to know. */
export interface Waiting {
  readonly signal: AbortSignal
  /** True while the server is heard in another way, as by its live events. */
  readonly isHeard: () => boolean
  /** Called, perhaps again, while an answer takes long and may still come. */
  readonly onSlow: () => void
}

const LOOK_EVERY_MS = 5_000
/** An answer that takes longer is slow. */
const PATIENCE_MS = 15_000
/**
 * A server that is not heard in any other way all this time is lost, or this connection to it is: one that is back may have forgotten it. The
 * silence of live events takes nearly as long to be noticed.
 */
const LOST_MS = 45_000
/** No answer is waited for longer: what lies in between has given up long before. */
const MOST_MS = 120_000
/** What lies in between has waited in vain and answers in Spillway's place. */
const GATEWAY_TIMEOUT = 504

/**
 * Fetches a view's JSON as `unknown`; throws a `ViewError` for every refusal and for silence. A slow answer is waited for, so that it lands and
 * the server is not asked the same twice at once.
 */
export async function fetchView(
  name: string,
  params: Readonly<Record<string, string>>,
  { signal, isHeard, onSlow }: Waiting,
): Promise<unknown> {
  const query = new URLSearchParams(params).toString()
  const limit = new AbortController()
  const startedMs = performance.now()
  let isHeardThroughout = true
  let isGivenUp = false
  const looking = setInterval(() => {
    // Not counted by looks: a page that is not in front looks once a minute.
    const waitedMs = performance.now() - startedMs
    isHeardThroughout &&= isHeard()
    if (waitedMs >= MOST_MS || (waitedMs >= LOST_MS && !isHeardThroughout)) limit.abort()
    else if (waitedMs >= PATIENCE_MS) onSlow()
  }, LOOK_EVERY_MS)
  try {
    const response = await fetch(`/api/views/${name}${query === '' ? '' : `?${query}`}`, {
      cache: 'no-store',
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, limit.signal]),
    })
    isGivenUp = response.status === GATEWAY_TIMEOUT
    return await answerOf(response)
  } catch (error) {
    if (error instanceof ViewError && error.code !== 'unreachable') throw error
    throw new ViewError((isGivenUp || limit.signal.aborted) && isHeard() ? 'slow' : 'unreachable')
  } finally {
    clearInterval(looking)
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json()
  if (body === null || body === undefined) throw new ViewError('unreachable')
  if (response.ok) return body
  const { error } = refusalOf(body)
  throw new ViewError(error?.code ?? 'unreachable', error?.sinceMs)
}

/** A refusal as the API writes it. Anything else, as a proxy in between may answer, holds no error of ours. */
function refusalOf(body: unknown): { readonly error?: ApiError } {
  const isOurs = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object'
  // Only answerError writes an object under `error`, and server and page are of one build.
  return isOurs ? (body as { error: ApiError }) : {}
}
