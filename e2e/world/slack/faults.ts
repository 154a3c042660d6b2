/** What goes wrong at one call of the Web API. */
export type SlackFaultAction =
  /** The connection is cut, nothing is carried out. */
  | { readonly kind: 'drop-before' }
  /** The call is carried out, then the connection is cut: the caller cannot know. */
  | { readonly kind: 'drop-after-commit' }
  /** HTTP 429 with Retry-After; nothing is carried out. */
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  /** `ok: false` with this error; nothing is carried out. */
  | { readonly kind: 'refuse'; readonly error: string }
  /** The call is carried out and answered with this HTTP status. */
  | { readonly kind: 'status-after-commit'; readonly status: number }

export interface SlackFault {
  /** The method's name, e.g. `chat.postMessage`. */
  readonly method: string
  /** Calls it strikes before it goes; without a number it stays until it is removed. */
  readonly times?: number
  readonly action: SlackFaultAction
}

export interface SlackCall {
  readonly method: string
  readonly request: Readonly<Record<string, unknown>>
}

/** A call after its answer was handed to the operating system, or its connection was cut. */
export interface AnsweredSlackCall extends SlackCall {
  /** 0 when the connection was cut. */
  readonly status: number
}

export type Remove = () => void
type Hook<T> = (call: T) => void | Promise<void>

/** The faults and hooks of the stand-in, changed while it runs. */
export class SlackFaults {
  readonly #faults = new Set<{ readonly fault: SlackFault; left: number }>()
  readonly #before = new Set<{ readonly method: string; readonly run: Hook<SlackCall> }>()
  readonly #after = new Set<{ readonly method: string; readonly run: Hook<AnsweredSlackCall> }>()

  /** Adds a fault and gives what takes it away again. */
  add(fault: SlackFault): Remove {
    const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
    this.#faults.add(entry)
    return () => this.#faults.delete(entry)
  }

  /** Runs `run` when a call of the method has arrived and before it is carried out, and waits for it. */
  onBefore(method: string, run: Hook<SlackCall>): Remove {
    const hook = { method, run }
    this.#before.add(hook)
    return () => this.#before.delete(hook)
  }

  /** Runs `run` after a call of the method was carried out and its answer has left. */
  onAfter(method: string, run: Hook<AnsweredSlackCall>): Remove {
    const hook = { method, run }
    this.#after.add(hook)
    return () => this.#after.delete(hook)
  }

  /** Takes the oldest fault that strikes this call, counting it. */
  strike({ method }: SlackCall): SlackFaultAction | null {
    for (const entry of this.#faults) {
      if (entry.fault.method !== method) continue
      entry.left -= 1
      if (entry.left <= 0) this.#faults.delete(entry)
      return entry.fault.action
    }
    return null
  }

  async runBefore(call: SlackCall): Promise<void> {
    for (const { method, run } of this.#before) if (method === call.method) await run(call)
  }

  async runAfter(call: AnsweredSlackCall): Promise<void> {
    for (const { method, run } of this.#after) if (method === call.method) await run(call)
  }
}
