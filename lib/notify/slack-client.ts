import { z } from 'zod'
import type { NotifyContext } from './define-notifier.ts'
import { NotifyError } from './define-notifier.ts'
import { refusalOf } from './slack-refusal.ts'

const TIMEOUT_MS = 10_000
/** Slack says how long to wait; this is for an answer that forgot to. */
const STANDARD_RETRY_SECONDS = 30
/** Codes of connections that never came about, so that nothing can have been carried out. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH'])

export interface SlackCall<T> {
  readonly method: string
  readonly args: Readonly<Record<string, unknown>>
  /** Methods that read take no JSON. */
  readonly encoding: 'json' | 'form'
  /** What is used of an answer that is `ok`. */
  readonly schema: z.ZodType<T>
}

/** `ok: false` comes with status 200 like everything else. */
const envelope = z.union([
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: z.string(), needed: z.string().optional() }),
])

/** One call of Slack's Web API. Throws `NotifyError`; what is neither accepted nor refused in Slack's own words is `unknown`. */
export async function callSlack<T>(call: SlackCall<T>, context: NotifyContext): Promise<T> {
  const response = await send(call, context)
  if (response.status === 429) throw busyOf(call.method, response)
  // An unread body would keep the connection.
  if (!response.ok) {
    void response.body?.cancel().catch(() => {})
    throw new NotifyError('unknown', `Slack met an error of its own at ${call.method} (HTTP ${response.status}).`)
  }
  const json = await readJson(call.method, response, context)
  const told = envelope.safeParse(json)
  if (!told.success) throw unusable(call.method, told.error)
  if (!told.data.ok) throw refusalOf(call.method, told.data.error, told.data.needed)
  const parsed = call.schema.safeParse(json)
  if (!parsed.success) throw unusable(call.method, parsed.error)
  return parsed.data
}

async function send<T>(call: SlackCall<T>, context: NotifyContext): Promise<Response> {
  const { SLACK_API_URL: base, SLACK_BOT_TOKEN: token } = context.env
  const isJson = call.encoding === 'json'
  context.countCall('slack', call.method)
  try {
    return await fetch(`${base.replace(/\/$/, '')}/${call.method}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token ?? ''}`,
        'content-type': isJson ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
      },
      body: isJson ? JSON.stringify(call.args) : formOf(call.args),
      cache: 'no-store',
      // A token must not follow a redirect to somewhere else.
      redirect: 'error',
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
  } catch (error) {
    throw failureOf(call.method, new URL(base).host, error)
  }
}

function formOf(args: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(args).filter(([, value]) => value !== undefined)
  return new URLSearchParams(fields.map(([name, value]) => [name, String(value)])).toString()
}

async function readJson(method: string, response: Response, context: NotifyContext): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    if (context.signal.aborted || !(error instanceof SyntaxError)) throw failureOf(method, 'it', error)
    throw new NotifyError('unknown', `${method} was not answered with JSON. Is SLACK_API_URL Slack's?`, {
      cause: error,
    })
  }
}

function failureOf(method: string, host: string, error: unknown): NotifyError {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new NotifyError('unknown', `Slack did not answer ${method} within ${TIMEOUT_MS / 1000} s.`, { cause: error })
  const code = codeOf(error)
  const words = code === null ? '' : ` (${code})`
  if (code !== null && NEVER_SENT.has(code))
    return new NotifyError(
      'unreachable',
      `${method} could not reach ${host}${words}: check the network and SLACK_API_URL.`,
      { cause: error },
    )
  return new NotifyError('unknown', `The connection ended before Slack answered ${method}${words}.`, { cause: error })
}

function busyOf(method: string, response: Response): NotifyError {
  void response.body?.cancel().catch(() => {})
  const told = Number(response.headers.get('retry-after') ?? Number.NaN)
  const seconds = Number.isFinite(told) && told >= 0 ? told : STANDARD_RETRY_SECONDS
  return new NotifyError('busy', `Slack takes no more ${method} for ${seconds} s (HTTP 429).`, {
    retryAfterMs: seconds * 1000,
  })
}

function unusable(method: string, { issues }: z.ZodError): NotifyError {
  const issue = issues[0]
  const where = issue?.path.join('.') || 'the answer'
  return new NotifyError('unknown', `Slack's answer to ${method} cannot be used: ${where}: ${issue?.message ?? ''}.`)
}

/** fetch says only "fetch failed"; the network's code is in its cause. */
function codeOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? code : null
}
