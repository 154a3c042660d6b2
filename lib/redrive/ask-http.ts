import 'server-only'
import type { RedriveContext } from './redrive-context.ts'

/** A call to the address of a re-sync that failed, in plain words for a person. */
export class AddressCallError extends Error {
  /** Nothing was done for certain; false when the other side may have carried it out. */
  readonly isSurelyNotDone: boolean

  constructor(message: string, isSurelyNotDone: boolean, cause?: unknown) {
    super(message, { cause })
    this.name = 'AddressCallError'
    this.isSurelyNotDone = isSurelyNotDone
  }
}

/** `problem` says why this one was refused for good; null when it was taken. */
export interface AddressAnswer {
  readonly status: number
  readonly problem: string | null
}

const DEADLINE_MS = 20_000
/** Refused before anything was done, and worth another try. */
const NOT_NOW = new Set([408, 425, 429])

/**
 * Calls the address once. Throws `AddressCallError` for what concerns everybody, e.g. a missing permission, and for an unknown end; redirects
 * are not followed, since the token would go along.
 */
export async function callAddress(
  { signal, countCall, resyncToken }: Pick<RedriveContext, 'signal' | 'countCall' | 'resyncToken'>,
  url: string,
  method: string,
): Promise<AddressAnswer> {
  const { host } = new URL(url)
  countCall('resync', method)
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: resyncToken === undefined ? {} : { authorization: `Bearer ${resyncToken}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  }).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new AddressCallError(`${host} did not answer.`, isUnreached(error), error)
  })
  await response.body?.cancel()
  return judge(response.status, host)
}

function judge(status: number, host: string): AddressAnswer {
  if (status >= 200 && status < 300) return { status, problem: null }
  if (status === 401 || status === 403)
    throw new AddressCallError(`${host} does not let Spillway in (HTTP ${status}): set SPILLWAY_RESYNC_TOKEN.`, true)
  if (NOT_NOW.has(status)) throw new AddressCallError(`${host} asks to wait (HTTP ${status}).`, true)
  if (status >= 500) throw new AddressCallError(`${host} failed (HTTP ${status}).`, false)
  return { status, problem: `${host} refused it: HTTP ${status}` }
}

/** Nothing can have arrived where no connection was made. */
function isUnreached(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'UND_ERR_CONNECT_TIMEOUT'
}
