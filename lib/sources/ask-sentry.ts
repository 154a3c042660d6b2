import type { z } from 'zod'
import type { GapReason } from '#lib/domain/gap.ts'
import { SourceError, type PollContext } from './define-source.ts'

const TIMEOUT_MS = 10_000
/** A hundred entries a page; ends a server that pages for ever. */
const MOST_PAGES = 100

export interface SentryCall<T> {
  /** Below `organizations/{org}/`, e.g. `projects`. */
  readonly resource: string
  readonly query: Readonly<Record<string, string>>
  /** Token scope that the call needs. */
  readonly scope: string
  readonly schema: z.ZodType<T>
}

export interface SentryAnswer<T> {
  readonly value: T
  /** Cursor of the next page; null on the last one. */
  readonly nextCursor: string | null
}

/** One GET to the Sentry API. Throws `SourceError` with the reason in plain words. */
export async function askSentry<T>(context: PollContext, call: SentryCall<T>): Promise<SentryAnswer<T>> {
  const asked = `Sentry GET organizations/${context.env.SENTRY_ORG ?? ''}/${call.resource}/`
  const response = await fetchSentry(context, call, asked)
  if (!response.ok) throw failureOf(response, asked, call.scope)
  let json: unknown
  try {
    json = await response.json()
  } catch (error) {
    context.signal.throwIfAborted()
    if (isTimeout(error)) throw new SourceError('timeout', `${asked} was not answered in time.`, { cause: error })
    throw new SourceError('invalid-answer', `${asked} did not answer with JSON. Is SENTRY_URL a Sentry server?`)
  }
  const parsed = call.schema.safeParse(json)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where = issue?.path.join('.') || 'the answer'
    throw new SourceError(
      'invalid-answer',
      `${asked} gave an answer that cannot be used: ${where}: ${issue?.message ?? ''}.`,
    )
  }
  return { value: parsed.data, nextCursor: nextCursorOf(response.headers.get('link')) }
}

/** All pages of a list, or those up to the page for which `isEnough` says so. */
export async function listSentry<T>(
  context: PollContext,
  call: SentryCall<readonly T[]>,
  isEnough: (page: readonly T[]) => boolean = () => false,
): Promise<readonly T[]> {
  const all: T[] = []
  let query = { per_page: '100', ...call.query }
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { value, nextCursor } = await askSentry(context, { ...call, query })
    all.push(...value)
    if (nextCursor === null || isEnough(value)) break
    query = Object.assign({ ...query }, { cursor: nextCursor })
  }
  return all
}

async function fetchSentry<T>(context: PollContext, call: SentryCall<T>, asked: string): Promise<Response> {
  const { SENTRY_URL, SENTRY_ORG, SENTRY_AUTH_TOKEN } = context.env
  const url = new URL(
    `${SENTRY_URL.replace(/\/$/, '')}/api/0/organizations/${encodeURIComponent(SENTRY_ORG ?? '')}/${call.resource}/`,
  )
  url.search = new URLSearchParams(call.query).toString()
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${SENTRY_AUTH_TOKEN ?? ''}`, accept: 'application/json' },
      cache: 'no-store',
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    context.countCall('sentry', call.resource)
    return response
  } catch (error) {
    context.signal.throwIfAborted()
    if (isTimeout(error)) {
      context.countCall('sentry', call.resource)
      throw new SourceError('timeout', `${asked} was not answered in time.`, { cause: error })
    }
    const code = codeOf(error)
    throw new SourceError(
      'unreachable',
      `${asked} could not reach ${url.host}${code}: check the network and SENTRY_URL.`,
      {
        cause: error,
      },
    )
  }
}

const REASONS: ReadonlyMap<number, GapReason> = new Map([
  [401, 'denied'],
  [403, 'denied'],
  [404, 'not-found'],
  [429, 'throttled'],
])

function failureOf(response: Response, asked: string, scope: string): SourceError {
  const reason = REASONS.get(response.status) ?? (response.status >= 500 ? 'unreachable' : 'invalid-answer')
  // The body is not read, and an unread body would keep the connection.
  void response.body?.cancel().catch(() => {})
  const status = `HTTP ${response.status}`
  if (reason === 'denied') {
    return new SourceError(
      reason,
      `${asked} was refused (${status}): SENTRY_AUTH_TOKEN must be valid and have ${scope}.`,
    )
  }
  if (reason === 'not-found')
    return new SourceError(reason, `${asked} found nothing (${status}): check SENTRY_ORG and SENTRY_URL.`)
  if (reason === 'throttled')
    return new SourceError(reason, `${asked} was throttled (${status})${resetWords(response)}.`)
  if (reason === 'unreachable') return new SourceError(reason, `${asked} met an error inside Sentry (${status}).`)
  return new SourceError(reason, `${asked} was not accepted (${status}).`)
}

function resetWords(response: Response): string {
  const resetSeconds = Number(response.headers.get('x-sentry-rate-limit-reset'))
  return Number.isFinite(resetSeconds) && resetSeconds > 0
    ? `; the limit of ${response.headers.get('x-sentry-rate-limit-limit') ?? '?'} calls starts anew at ${new Date(resetSeconds * 1_000).toISOString()}`
    : ''
}

/** Sentry always sends a next link; `results` says whether it leads anywhere. Only the cursor is taken, so that the token goes nowhere else. */
function nextCursorOf(link: string | null): string | null {
  const next = link?.split(/,\s*(?=<)/).find((part) => /;\s*rel="next"/.test(part))
  if (next === undefined || !/;\s*results="true"/.test(next)) return null
  return /;\s*cursor="([^"]+)"/.exec(next)?.[1] ?? null
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

/** fetch says only "fetch failed"; the network's code is in its cause. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
