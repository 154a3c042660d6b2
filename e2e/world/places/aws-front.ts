import { request as send } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'

import { listen } from '#world/listen.ts'
import { readBody } from '#world/read-body.ts'
import type { RequestLog } from '#world/request-log.ts'

import { assumeRole } from './assume-role.ts'
import type { TrustedRole } from './assume-role.ts'
import { TemporaryKeys } from './temporary-keys.ts'

/** One region of one account, and the servers that stand for it. */
export interface FrontPlace {
  readonly region: string
  readonly account: string
  readonly sqs: string
  readonly cloudwatch?: string
}

export interface AwsFrontOptions {
  readonly log: RequestLog
  /** Account of callers that assumed no role. */
  readonly homeAccount: string
  readonly roles: readonly TrustedRole[]
  readonly now?: () => number
}

export interface AwsFront {
  /** The endpoint of SQS, CloudWatch and STS for all regions and accounts. */
  readonly endpoint: string
  /** Base address of queue URLs of a region, as AWS and its stand-ins make them. */
  readonly queueBase: (region: string) => string
  readonly add: (place: FrontPlace) => void
  readonly stop: () => Promise<void>
}

/**
 * What stands before the servers of several regions and accounts as AWS does: the scope of a request's signature names service and region,
 * its access key the account, and STS gives keys of other accounts for a role. Signatures themselves are not checked.
 */
export async function startAwsFront(options: AwsFrontOptions): Promise<AwsFront> {
  const keys = new TemporaryKeys(options.now)
  const places: FrontPlace[] = []
  const listening = await listen(async (request, response) => {
    const scope = scopeOf(request)
    if (scope.service === 'sts') return answerSts(request, response, { ...options, keys, caller: scope.key })
    const acting = keys.accountOf(scope.key, textOf(request.headers['x-amz-security-token']))
    if ('refused' in acting)
      return refuse(response, acting.refused, 'The security token included in the request is invalid.')
    const account = acting.account ?? options.homeAccount
    const place = places.find((each) => each.region === scope.region && each.account === account)
    const upstream = scope.service === 'sqs' ? place?.sqs : place?.cloudwatch
    if (upstream === undefined)
      return refuse(response, 'OptInRequired', `${account} has no ${scope.service} in ${scope.region}.`)
    return forward(request, response, upstream)
  })
  const { port } = new URL(listening.url)
  return {
    endpoint: listening.url,
    queueBase: (region) => `http://sqs.${region}.localhost:${port}`,
    add: (place) => places.push(place),
    stop: listening.stop,
  }
}

/** `Credential=AKIA…/20261123/eu-west-1/sqs/aws4_request` */
function scopeOf({ headers }: IncomingMessage): {
  readonly key: string
  readonly region: string
  readonly service: string
} {
  const [key = 'unknown', , region = '', service = ''] =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]?.split('/') ?? []
  return { key, region, service }
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined
}

async function answerSts(
  request: IncomingMessage,
  response: ServerResponse,
  { log, roles, keys, caller }: AwsFrontOptions & { readonly keys: TemporaryKeys; readonly caller: string },
): Promise<void> {
  const form = new URLSearchParams((await readBody(request)).toString('utf8'))
  const { status, xml, result } = assumeRole(form, roles, keys)
  const operation = form.get('Action') ?? 'unknown'
  log.append({ service: 'sts', operation, caller, status, request: Object.fromEntries(form), response: result })
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml)
}

function refuse(response: ServerResponse, code: string, message: string): void {
  response.writeHead(403, { 'content-type': 'application/x-amz-json-1.0' })
  response.end(JSON.stringify({ __type: code, message }))
}

/** Byte for byte; a connection that the server cuts is cut here too, and one that the caller cuts there. */
function forward(request: IncomingMessage, response: ServerResponse, upstream: string): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(upstream)
    const { method, url: path, headers } = request
    const onward = send({ hostname, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => request.socket.resetAndDestroy())
    response.once('close', () => {
      onward.destroy()
      resolve()
    })
    request.pipe(onward)
  })
}
