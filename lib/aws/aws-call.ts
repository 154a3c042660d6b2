import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { singleton } from '#lib/config/singleton.ts'
import { isNeverSent } from './is-surely-not-done.ts'

/** What belongs to one call to AWS and not to its client. */
export interface AwsCallScope {
  /** Ends the request that is under way. */
  readonly signal: AbortSignal
  /** Told of every HTTP request, retries included; not of an attempt that never got a connection, which AWS neither sees nor bills. */
  readonly onAttempt: () => void
  /** Sends each request when its turn has come; at once without. What is prepared before a request and done with its answer needs no turn. */
  readonly inTurn?: <T>(send: () => Promise<T>) => Promise<T>
}

/** Of the whole process and not of one copy of this module: clients live as long as it. */
const scopes = () => singleton('aws/call-scopes', () => new AsyncLocalStorage<AwsCallScope>())

/**
 * Runs `send`, in which a client of clients.ts sends one command. The scope reaches the request by its asynchronous context: given with the
 * command, as options or as a middleware, it would make the SDK put its middlewares together anew for each call.
 */
export function inAwsCall<T>(scope: AwsCallScope, send: () => Promise<T>): Promise<T> {
  return scopes().run(scope, send)
}

/** Nearest to the wire: sends each request within the scope of its call. */
export class ScopedHttpHandler extends NodeHttpHandler {
  override async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    const scope = scopes().getStore()
    if (scope === undefined) return super.handle(request, options)
    let isBegun = false
    const send = async () => {
      scope.signal.throwIfAborted()
      isBegun = true
      return super.handle(request, { ...options, abortSignal: scope.signal })
    }
    try {
      const answer = await (scope.inTurn === undefined ? send() : scope.inTurn(send))
      scope.onAttempt()
      return answer
    } catch (error) {
      if (isBegun && !isNeverSent(error)) scope.onAttempt()
      throw error
    }
  }
}
