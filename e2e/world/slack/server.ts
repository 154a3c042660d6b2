import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { listen } from '#world/listen.ts'
import { readBody } from '#world/read-body.ts'
import { replyHtml, replyJson } from '#world/reply.ts'
import type { RequestLog } from '#world/request-log.ts'

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
  const listening = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (!url.pathname.startsWith('/api/')) {
      const channel = findChannel(url.searchParams.get('channel') ?? '') ?? SLACK_CHANNELS[0]
      replyHtml(response, renderChannelPage(channel, store))
      return
    }
    const method = url.pathname.slice('/api/'.length)
    const body = await readArguments(request, url)
    const isToken = request.headers.authorization === `Bearer ${token}`
    const retryAfter =
      isUp && isToken && method === 'chat.postMessage' ? retryAfterSeconds(posts, body['channel'], now()) : null
    let answer: { status: number; body: object }
    if (!isUp) answer = { status: 503, body: { ok: false, error: 'service_unavailable' } }
    else if (retryAfter !== null) answer = { status: 429, body: { ok: false, error: 'ratelimited' } }
    else if (!isToken)
      answer = {
        status: 200,
        body: { ok: false, error: request.headers.authorization === undefined ? 'not_authed' : 'invalid_auth' },
      }
    else answer = { status: 200, body: callMethod(method, body, { store, nowMs: now(), baseUrl: listening.url }) }
    log.append({
      service: 'slack',
      operation: method,
      caller: isToken ? 'spillway' : 'unknown',
      status: answer.status,
      request: body,
      response: answer.body,
    })
    send(response, answer, retryAfter)
  }, options.port)
  return {
    url: listening.url,
    token,
    store,
    setUp: (value) => {
      isUp = value
    },
    stop: listening.stop,
  }
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
function retryAfterSeconds(posts: Map<string, number[]>, channel: unknown, nowMs: number): number | null {
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

function send(response: ServerResponse, answer: { status: number; body: object }, retryAfter: number | null): void {
  replyJson(response, answer.status, answer.body, retryAfter === null ? {} : { 'retry-after': String(retryAfter) })
}
