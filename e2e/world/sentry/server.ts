import type { IncomingMessage, ServerResponse } from 'node:http'

import { listen } from '#world/listen.ts'
import { readBody } from '#world/read-body.ts'
import { replyJson } from '#world/reply.ts'
import type { RequestLog } from '#world/request-log.ts'

import { SentryApiError } from './api-error.ts'
import { parseEnvelope } from './envelope.ts'
import { SentryStore } from './event-store.ts'
import { paginate } from './paginate.ts'
import type { Page } from './paginate.ts'
import { createPastEvents, createPastReleases } from './past-events.ts'
import { parseWindow } from './periods.ts'
import { findProject, SENTRY_ORG, SENTRY_PROJECTS } from './projects.ts'
import { RateLimit } from './rate-limit.ts'
import { renderIssue, renderKey, renderProject, renderRelease } from './resources.ts'
import { answerEventsTimeseries, answerStatsV2, projectIds } from './stats.ts'

const CALLS_PER_SECOND = 30

export interface SentryServer {
  readonly url: string
  readonly org: string
  /** The bearer token of an internal integration with read scopes. */
  readonly token: string
  readonly store: SentryStore
  /** The DSN that a service of that project reports to. */
  readonly dsnOf: (slug: string) => string
  /** False answers every call with 503. */
  readonly setUp: (isUp: boolean) => void
  readonly stop: () => Promise<void>
}

export interface SentryServerOptions {
  readonly port?: number
  readonly log: RequestLog
  readonly seed: number
  readonly hasPast: boolean
  /** How long Sentry is still filling a bucket after its end. */
  readonly ingestDelayMs?: number
  readonly now?: () => number
}

interface Answer {
  readonly status: number
  readonly body: unknown
  readonly link?: string
}

/** A stand-in for the part of the Sentry API that Spillway reads, and for the ingest that services report to. */
export async function startSentryServer(options: SentryServerOptions): Promise<SentryServer> {
  const { hasPast, log, now = Date.now, seed } = options
  const store = new SentryStore()
  const token = `sntrys_sandbox_${seed}`
  const limit = new RateLimit(CALLS_PER_SECOND)
  let isUp = true
  if (hasPast) {
    for (const event of createPastEvents(seed, now())) store.addEvent(event)
    for (const release of createPastReleases(now())) store.addRelease(release)
  }
  const context = { store, now, ingestDelayMs: options.ingestDelayMs ?? 90_000 }
  const listening = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`)
    const isToken = request.headers.authorization === `Bearer ${token}`
    const caller = isToken ? 'spillway' : url.pathname.endsWith('/envelope/') ? 'services' : 'unknown'
    const pass = limit.take(`${caller} ${operationOf(url)}`, now())
    let answer: Answer
    if (!isUp) answer = { status: 503, body: { detail: 'Service unavailable' } }
    else if (!pass.isAllowed && caller !== 'services')
      answer = { status: 429, body: { detail: 'You are attempting to use this endpoint too frequently.' } }
    else answer = await answerSafely(() => route(request, url, isToken, context))
    log.append({
      service: 'sentry',
      operation: `${request.method ?? 'GET'} ${operationOf(url)}`,
      caller,
      status: answer.status,
      request: Object.fromEntries(url.searchParams),
      response: answer.status === 200 ? null : answer.body,
    })
    send(response, answer, pass.headers)
  }, options.port)
  return {
    url: listening.url,
    org: SENTRY_ORG,
    token,
    store,
    dsnOf: (slug) => {
      const project = findProject(slug)
      if (project === undefined) throw new Error(`the sandbox has no Sentry project ${slug}`)
      return `http://${project.publicKey}@127.0.0.1:${listening.port}/${project.id}`
    },
    setUp: (value) => {
      isUp = value
    },
    stop: listening.stop,
  }
}

interface Context {
  readonly store: SentryStore
  readonly now: () => number
  readonly ingestDelayMs: number
}

async function answerSafely(answer: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof SentryApiError) return { status: error.status, body: { detail: error.message } }
    throw error
  }
}

async function route(request: IncomingMessage, url: URL, isToken: boolean, context: Context): Promise<Answer> {
  const ingest = /^\/api\/(\d+)\/envelope\/$/.exec(url.pathname)
  if (ingest?.[1] !== undefined) return takeEnvelope(request, ingest[1], url, context)
  if (!isToken) return { status: 401, body: { detail: 'Invalid token' } }
  const match = /^\/api\/0\/organizations\/([^/]+)\/([a-z0-9_-]+)\/$/.exec(url.pathname)
  if (match?.[1] !== undefined && match[1] !== SENTRY_ORG)
    return { status: 404, body: { detail: 'The requested resource does not exist' } }
  return answerOrganization(match?.[2] ?? '', url, context)
}

function list<T>(page: Page<T>, render: (item: T) => object): Answer {
  return { status: 200, body: page.items.map(render), link: page.link }
}

function answerOrganization(resource: string, url: URL, context: Context): Answer {
  const { ingestDelayMs, now, store } = context
  const query = url.searchParams
  const nowMs = now()
  switch (resource) {
    case 'projects':
      return list(paginate(SENTRY_PROJECTS, url), (project) => renderProject(project, store))
    case 'project-keys':
      return list(paginate(SENTRY_PROJECTS, url), (project) => renderKey(project, url.origin))
    case 'environments':
      return { status: 200, body: ['demo', 'preprod'].map((name, index) => ({ id: String(index + 1), name })) }
    case 'releases':
      return list(paginate(store.listReleases(), url), (release) => renderRelease(release, store))
    case 'issues': {
      const filter = {
        ...parseWindow(query, nowMs),
        projectIds: projectIds(query),
        environments: query.getAll('environment'),
      }
      return list(paginate(store.listIssues(filter), url), (issue) => renderIssue(issue, url.origin))
    }
    case 'stats_v2':
      return { status: 200, body: answerStatsV2({ store, query, nowMs }) }
    case 'events-timeseries':
      return { status: 200, body: answerEventsTimeseries({ store, query, nowMs, ingestDelayMs }) }
    default:
      return { status: 404, body: { detail: 'The requested resource does not exist' } }
  }
}

async function takeEnvelope(request: IncomingMessage, projectId: string, url: URL, context: Context): Promise<Answer> {
  const project = findProject(projectId)
  const given =
    /sentry_key=([0-9a-f]+)/.exec(String(request.headers['x-sentry-auth'] ?? ''))?.[1] ??
    url.searchParams.get('sentry_key')
  if (project === undefined || given !== project.publicKey)
    return { status: 403, body: { detail: 'event submission rejected with_reason: ProjectId' } }
  const events = parseEnvelope((await readBody(request)).toString('utf8'), project.id, context.now())
  for (const event of events) context.store.addEvent(event)
  return { status: 200, body: { id: events[0]?.eventId ?? null } }
}

function send(response: ServerResponse, answer: Answer, headers: Record<string, string>): void {
  replyJson(
    response,
    answer.status,
    answer.body,
    answer.link === undefined ? headers : { ...headers, link: answer.link },
  )
}

function operationOf(url: URL): string {
  return url.pathname.endsWith('/envelope/') ? 'envelope' : (url.pathname.split('/').filter(Boolean).at(-1) ?? '')
}
