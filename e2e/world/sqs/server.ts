import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import type { RequestLog } from '#world/request-log.ts'

import { SqsFaults } from './faults.ts'
import type { FaultAction, FaultCall } from './faults.ts'
import type { SqsLimits } from './limits.ts'
import { OPERATIONS } from './operations.ts'
import { answerOf, callerOf, errorAnswerOf, operationOf, readRequest, sendAnswer } from './protocol.ts'
import type { WireAnswer } from './protocol.ts'
import { RequestFields } from './request-fields.ts'
import { SqsError } from './sqs-error.ts'
import { SqsStore } from './sqs-store.ts'

export interface SqsServerOptions {
  /** Default: a free one. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Default: eu-west-2. */
  readonly region?: string
  /** Default: 000000000000. */
  readonly accountId?: string
  readonly log: RequestLog
  /** AWS's durations and quotas where none are given. */
  readonly limits?: Partial<SqsLimits>
  /** The clock of messages and queues, epoch milliseconds; default Date.now. */
  readonly now?: () => number
}

export interface SqsServer {
  /** e.g. `http://127.0.0.1:9324`. */
  readonly endpoint: string
  readonly store: SqsStore
  readonly faults: SqsFaults
  /** Cuts every connection and ends move tasks. */
  stop(): Promise<void>
}

/** Starts an SQS that speaks AWS JSON 1.0 and behaves as AWS documents. Throws the listen error, e.g. a taken port. */
export async function startSqsServer(options: SqsServerOptions): Promise<SqsServer> {
  const store = new SqsStore({
    region: options.region ?? 'eu-west-2',
    accountId: options.accountId ?? '000000000000',
    limits: options.limits,
    now: options.now,
  })
  const faults = new SqsFaults()
  const front = new SqsFront(store, faults, options.log)
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void front.handle(request, response)
  })
  server.on('connection', (socket: Socket) => {
    socket.setNoDelay(true)
    if (faults.isDown) socket.resetAndDestroy()
  })
  faults.onDown = () => server.closeAllConnections()
  const host = options.host ?? '127.0.0.1'
  const endpoint = `http://${host}:${await listen(server, options.port ?? 0, host)}`
  store.baseUrl = endpoint
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      store.moveTasks.stop()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { endpoint, store, faults, stop }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the SQS server listens on TCP only')
  return address.port
}

/** What was decided about a call: without an answer nothing was carried out, and where it is cut the caller never hears of it. */
interface Decided {
  readonly answer: WireAnswer | undefined
  readonly isCut: boolean
}

/** Takes requests from the wire through faults, operation and log back to the wire. */
class SqsFront {
  readonly #store: SqsStore
  readonly #faults: SqsFaults
  readonly #log: RequestLog

  constructor(store: SqsStore, faults: SqsFaults, log: RequestLog) {
    this.#store = store
    this.#faults = faults
    this.#log = log
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = operationOf(request)
    const caller = callerOf(request)
    let call: FaultCall = { operation, caller, queue: undefined, request: {} }
    let decided: Decided
    try {
      const body = await readRequest(request)
      call = { operation, caller, queue: queueNameOf(body), request: body }
      decided = await this.#answer(call, response)
    } catch (error) {
      decided = { answer: errorAnswerOf(error), isCut: false }
    }
    const { answer, isCut } = decided
    const status = isCut ? 0 : (answer?.status ?? 0)
    this.#log.append({ service: 'sqs', operation, caller, status, request: call.request, response: answer?.body })
    const done = (): void => void this.#faults.runAfter({ ...call, status, response: isCut ? undefined : answer?.body })
    if (answer === undefined || isCut) {
      request.socket.resetAndDestroy()
      done()
    } else {
      sendAnswer(response, answer, { isQueryMode: request.headers['x-amzn-query-mode'] === 'true', flushed: done })
    }
  }

  async #answer(call: FaultCall, response: ServerResponse): Promise<Decided> {
    await this.#faults.runBefore(call)
    const actions = this.#faults.strike(call)
    for (const action of actions) if (action.kind === 'delay') await sleep(action.ms)
    const last = actions.at(-1)
    if (last?.kind === 'drop-before' || this.#faults.isDown) return { answer: undefined, isCut: true }
    const failure = failureOf(last)
    if (failure !== undefined) throw failure
    const operation = OPERATIONS.get(call.operation)
    if (operation === undefined) {
      throw new SqsError('InvalidAction', `The action ${call.operation} is not valid for this endpoint.`)
    }
    const answer = await operation({
      store: this.#store,
      fields: new RequestFields(call.request),
      caller: call.caller,
      failsEntry: this.#faults.entryFailures(call),
      onHangUp: (callback) => {
        if (response.destroyed) callback()
        else response.once('close', callback)
      },
    })
    return { answer: answerOf(answer), isCut: last?.kind === 'drop-after-commit' }
  }
}

function failureOf(action: FaultAction | undefined): SqsError | undefined {
  if (action?.kind === 'throttle') return new SqsError('RequestThrottled', 'Request is throttled.')
  if (action?.kind === 'error') return new SqsError(action.code, 'This error is a programmed fault.', action.status)
  return undefined
}

/** The queue a call is about, by URL, name or source ARN, for faults. */
function queueNameOf(body: Record<string, unknown>): string | undefined {
  for (const [name, separator] of [
    ['QueueUrl', '/'],
    ['QueueName', '/'],
    ['SourceArn', ':'],
  ] as const) {
    const value = body[name]
    if (typeof value === 'string') return value.slice(value.lastIndexOf(separator) + 1)
  }
  return undefined
}
