import { appendFileSync } from 'node:fs'

/** A service of the sandbox that answers over its real wire protocol. */
export type WorldService = 'sqs' | 'cloudwatch' | 'sts' | 'sentry' | 'slack' | 'oidc' | 'mail'

/** One call that reached the sandbox, written when its answer was decided: the judge of what Spillway really did. */
export interface LoggedCall {
  /** Counts up by one with each call, over all services: the order in which answers were decided. */
  readonly seq: number
  /** When the answer was decided, epoch milliseconds. */
  readonly at: number
  readonly service: WorldService
  /** The operation's own name, e.g. `ReceiveMessage` or `chat.postMessage`. */
  readonly operation: string
  /** Who called: the access key id of the request's signature, or the bearer token's name; `unknown` without one. */
  readonly caller: string
  /** HTTP status of the answer; 0 when the connection was cut instead of answered. */
  readonly status: number
  readonly request: unknown
  /** What SQS answered, or would have where the connection was cut after it carried the call out; undefined where it did nothing. */
  readonly response: unknown
}

export interface CallFilter {
  readonly service?: WorldService
  readonly operation?: string
  readonly caller?: string
  readonly afterSeq?: number
}

/** Calls kept in memory: hours of a demo, and far more than a test makes. */
const KEPT_CALLS = 100_000

/**
 * Keeps the newest calls in memory, in order (a hundred thousand where nothing else is said, so that a demo may run for days), and appends every call as a JSON
 * line to `file` where one is given, so that the log outlives a kill.
 */
export class RequestLog {
  readonly #calls: LoggedCall[] = []
  readonly #file: string | undefined
  readonly #kept: number
  #seq = 0

  constructor(file?: string, kept = KEPT_CALLS) {
    this.#file = file
    this.#kept = kept
  }

  append(call: Omit<LoggedCall, 'seq' | 'at'>): LoggedCall {
    this.#seq += 1
    const logged: LoggedCall = { seq: this.#seq, at: Date.now(), ...call }
    this.#calls.push(logged)
    if (this.#calls.length > this.#kept) this.#calls.splice(0, Math.ceil(this.#kept / 10))
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(logged)}\n`)
    return logged
  }

  list(filter: CallFilter = {}): LoggedCall[] {
    return this.#calls.filter(
      (call) =>
        (filter.service === undefined || call.service === filter.service) &&
        (filter.operation === undefined || call.operation === filter.operation) &&
        (filter.caller === undefined || call.caller === filter.caller) &&
        (filter.afterSeq === undefined || call.seq > filter.afterSeq),
    )
  }

  /** Calls by `service operation`, e.g. `{ 'sqs ReceiveMessage': 12 }`. */
  countByOperation(filter: CallFilter = {}): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const call of this.list(filter)) {
      const key = `${call.service} ${call.operation}`
      counts[key] = (counts[key] ?? 0) + 1
    }
    return counts
  }

  get lastSeq(): number {
    return this.#seq
  }
}
