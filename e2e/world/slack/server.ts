import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { listen } from '#world/listen.ts'
import { readBody } from '#world/read-body.ts'
import { replyHtml, replyJson } from '#world/reply.ts'
import type { RequestLog } from '#world/request-log.ts'

import { SlackFaults } from './faults.ts'
import type { SlackCall, SlackFaultAction } from './faults.ts'
import { renderChannelPage } from './channel-page.ts'
import { findChannel, SLACK_CHANNELS, SlackStore } from './message-store.ts'
import { METHODS, SlackError } from './methods.ts'

/** Slack allows about one message a second and channel, with short bursts above. */
const POSTS_IN_WINDOW = 5
const WINDOW_MS = 5000

export interface SlackServer {
  /** The page of the channel; the Web API is below `/api`. */
  readonly url: string
  readonly token: string
  readonly store: SlackStore
  readonly faults: SlackFaults
  readonly setUp: (isUp: boolean) => void
  readonly stop: () => Promise<void>
}

export interface SlackServerOptions {
  readonly port?: number
  readonly log: RequestLog
  readonly now?: () => number
}

/** A stand-in for Slack's Web API, with a page that shows the channels as people would see them. */
export async function startSlackServer(options: SlackServerOptions): Promise<SlackServer> {
  const { log, now = Date.now } = options
  const store = new SlackStore()
  const token = `xoxb-sandbox-${randomBytes(12).toString('hex')}`
  const posts = new Map<string, number[]>()
  let isUp = true
  const faults = new SlackFaults()
  const listening = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (!url.pathname.startsWith('/api/')) {
      const channel = findChannel(url.searchParams.get('channel') ?? '') ?? SLACK_CHANNELS[0]
      replyHtml(response, renderChannelPage(channel, store))
      return
    }
    const call = { method: url.pathname.slice('/api/'.length), request: await readArguments(request, url) }
    const isToken = request.headers.authorization === `Bearer ${token}`
    const fault = isUp && isToken ? faults.strike(call) : null
    if (isToken) await faults.runBefore(call)
    const answer = isUp
      ? answerCall(
          { call, fault, isToken, authorization: request.headers.authorization, posts, nowMs: now() },
          (body) => callMethod(call.method, body, { store, nowMs: now(), baseUrl: listening.url }),
        )
      : { status: 503, body: { ok: false, error: 'service_unavailable' } }
    log.append({
      service: 'slack',
      operation: call.method,
      caller: isToken ? 'spillway' : 'unknown',
      status: answer.status,
      request: call.request,
      response: answer.body,
    })
    await send(request, response, answer)
    if (isToken) await faults.runAfter({ ...call, status: answer.status })
  }, options.port)
  return {
    url: listening.url,
    token,
    store,
    faults,
    setUp: (value) => {
      isUp = value
    },
    stop: listening.stop,
  }
}

interface Answer {
  /** 0 cuts the connection. */
  readonly status: number
  readonly body: object
  readonly retryAfterSeconds?: number
}

interface Asked {
  readonly call: SlackCall
  readonly fault: SlackFaultAction | null
  readonly isToken: boolean
  readonly authorization: string | undefined
  readonly posts: Map<string, number[]>
  readonly nowMs: number
}

function answerCall({ call, fault, ...asked }: Asked, carryOut: (body: object) => object): Answer {
  if (!asked.isToken)
    return {
      status: 200,
      body: { ok: false, error: asked.authorization === undefined ? 'not_authed' : 'invalid_auth' },
    }
  if (fault?.kind === 'drop-before') return { status: 0, body: {} }
  if (fault?.kind === 'refuse') return { status: 200, body: { ok: false, error: fault.error } }
  const retryAfterSeconds =
    fault?.kind === 'rate-limit'
      ? fault.retryAfterSeconds
      : call.method === 'chat.postMessage'
        ? secondsToWait(asked.posts, call.request['channel'], asked.nowMs)
        : null
  if (retryAfterSeconds !== null) return { status: 429, body: { ok: false, error: 'ratelimited' }, retryAfterSeconds }
  const body = carryOut(call.request)
  if (fault?.kind === 'drop-after-commit') return { status: 0, body }
  return { status: fault?.kind === 'status-after-commit' ? fault.status : 200, body }
}

function callMethod(
  method: string,
  body: object,
  context: Parameters<NonNullable<(typeof METHODS)[string]>>[1],
): object {
  const run = METHODS[method]
  if (run === undefined) return { ok: false, error: 'unknown_method' }
  try {
    return { ok: true, ...run(body, context) }
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: error.message }
    throw error
  }
}

/** Seconds to wait when the channel has had too many messages, else null; counts this one when it passes. */
function secondsToWait(posts: Map<string, number[]>, channel: unknown, nowMs: number): number | null {
  const key = String(channel)
  const recent = (posts.get(key) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS)
  const oldest = recent[0]
  if (recent.length >= POSTS_IN_WINDOW && oldest !== undefined) return Math.ceil((oldest + WINDOW_MS - nowMs) / 1000)
  posts.set(key, [...recent, nowMs])
  return null
}

async function readArguments(request: IncomingMessage, url: URL): Promise<Record<string, unknown>> {
  const query = Object.fromEntries(url.searchParams)
  const text = (await readBody(request)).toString('utf8')
  if (text === '') return query
  if ((request.headers['content-type'] ?? '').includes('json')) {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...query, ...parsed } : query
  }
  return { ...query, ...Object.fromEntries(new URLSearchParams(text)) }
}

/** Resolves when the answer was handed to the operating system, or the connection is cut. */
async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (answer.status === 0) {
    request.socket.resetAndDestroy()
    return
  }
  // The caller may be gone before its answer is.
  const gone = once(response, 'close')
  const { retryAfterSeconds } = answer
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  replyJson(response, answer.status, answer.body, headers)
  await gone
}
