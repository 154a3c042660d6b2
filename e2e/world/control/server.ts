import type { IncomingMessage } from 'node:http'

import { z } from 'zod'

import type { Durations } from '#world/durations.ts'
import { FaultRefusedError, isFaultId } from '#world/faults.ts'
import type { Faults } from '#world/faults.ts'
import { listen } from '#world/listen.ts'
import { readBody } from '#world/read-body.ts'
import { replyHtml, replyJson } from '#world/reply.ts'
import type { WorldRecord } from '#world/record.ts'
import type { RequestLog } from '#world/request-log.ts'
import type { Endpoints } from '#world/spillway-settings.ts'

import { renderControlPage } from './control-page.ts'
import { readState } from './state.ts'

const MOST_PROFILES = 500
const LOG_PAGE = 1000

export interface ControlledWorld {
  readonly speed: number
  readonly durations: Durations
  readonly faults: Faults
  readonly record: WorldRecord
  readonly log: RequestLog
  readonly isTraffic: boolean
  readonly createProfiles: (count: number) => Promise<readonly unknown[]>
}

export interface ControlServer {
  readonly url: string
  /** The page links to the other servers, whose addresses are complete only after this one listens. */
  readonly setEndpoints: (endpoints: Endpoints) => void
  readonly stop: () => Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** The page and the JSON API by which people and tests move the sandbox. */
export async function startControlServer(world: ControlledWorld & { readonly port?: number }): Promise<ControlServer> {
  let endpoints: Endpoints | null = null
  const listening = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method === 'GET' && url.pathname === '/') {
      replyHtml(response, renderControlPage(readState(world, endpoints)))
      return
    }
    const answer = await route(request, url, world, endpoints)
    // A button of the page posts a form and wants the page again; a program posts JSON and wants the answer.
    if (request.method === 'POST' && isForm(request) && answer.status < 400) {
      response.writeHead(303, { location: '/' }).end()
      return
    }
    replyJson(response, answer.status, answer.body)
  }, world.port)
  return {
    url: listening.url,
    setEndpoints: (value) => {
      endpoints = value
    },
    stop: listening.stop,
  }
}

async function route(
  request: IncomingMessage,
  url: URL,
  world: ControlledWorld,
  endpoints: Endpoints | null,
): Promise<Answer> {
  const { pathname } = url
  if (request.method === 'POST') return post(request, pathname, world)
  if (pathname === '/state') return { status: 200, body: readState(world, endpoints) }
  if (pathname === '/record') {
    const { record } = world
    return {
      status: 200,
      body: {
        profiles: record.listProfiles(),
        outcomes: record.listOutcomes(),
        withoutAddress: record.listWithoutAddress(),
      },
    }
  }
  if (pathname === '/log') {
    const afterSeq = Number(url.searchParams.get('afterSeq') ?? 0)
    return { status: 200, body: { calls: world.log.list({ afterSeq }).slice(0, LOG_PAGE), lastSeq: world.log.lastSeq } }
  }
  return {
    status: 404,
    body: { error: `nothing at ${pathname}; there are /state, /record, /log, /faults/<id>, /story and /profiles` },
  }
}

const onSchema = z.object({ on: z.union([z.boolean(), z.stringbool()]) })
const storySchema = z.object({ story: z.enum(['consumer', 'producer']) })
const countSchema = z.object({ count: z.coerce.number().int().min(1).max(MOST_PROFILES) })

async function post(request: IncomingMessage, pathname: string, world: ControlledWorld): Promise<Answer> {
  try {
    const body = await readInput(request)
    if (pathname === '/profiles') {
      const people = await world.createProfiles(countSchema.parse(body).count)
      return { status: 200, body: { created: people } }
    }
    if (pathname === '/story') world.faults.setStory(storySchema.parse(body).story)
    else {
      const id = /^\/faults\/([a-z-]+)$/.exec(pathname)?.[1] ?? ''
      if (!isFaultId(id)) return { status: 404, body: { error: `no fault ${id}` } }
      await world.faults.set(id, onSchema.parse(body).on)
    }
    return { status: 200, body: { story: world.faults.story, faults: world.faults.list() } }
  } catch (error) {
    if (error instanceof FaultRefusedError) return { status: 409, body: { error: error.message } }
    if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } }
    if (error instanceof SyntaxError) return { status: 400, body: { error: 'the body is not JSON' } }
    throw error
  }
}

async function readInput(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8')
  if (isForm(request)) return Object.fromEntries(new URLSearchParams(text))
  return text === '' ? {} : JSON.parse(text)
}

function isForm(request: IncomingMessage): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
}
