/** What goes wrong. */
export type FaultAction =
  /** RequestThrottled, as AWS answers above its rates. */
  | { readonly kind: 'throttle' }
  /** Any error shape, e.g. `KmsAccessDenied` with 400. */
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  /** The call is carried out this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The call is carried out, then the connection is cut: the caller cannot know. */
  | { readonly kind: 'drop-after-commit' }
  /** The connection is cut, nothing is carried out. */
  | { readonly kind: 'drop-before' }
  /** Every n-th entry of batches fails with InternalError, counted over the life of the fault. */
  | { readonly kind: 'partial-batch'; readonly every: number }
  /** Every connection is reset, whatever the operation. */
  | { readonly kind: 'down' }

export interface Fault {
  /** The operation's name, or `*` for every one. */
  readonly operation: string
  /** Matched against the name of the queue the call is about; without one every call matches. */
  readonly queue?: RegExp
  /** Matched against the caller's access key id. */
  readonly caller?: RegExp
  /** Calls it strikes before it goes; without a number it stays until it is removed. */
  readonly times?: number
  readonly action: FaultAction
}

/** A call as faults and hooks see it. */
export interface FaultCall {
  readonly operation: string
  readonly queue: string | undefined
  readonly caller: string
  readonly request: Readonly<Record<string, unknown>>
}

/** A call after its answer was flushed; `response` is what was sent, `status` 0 when the connection was cut. */
export interface AnsweredCall extends FaultCall {
  readonly status: number
  readonly response: unknown
}

export type Remove = () => void

interface Entry {
  readonly fault: Fault
  left: number
  batchEntries: number
}

/** The faults and hooks of a server, changed while it runs. */
export class SqsFaults {
  readonly #entries = new Set<Entry>()
  readonly #before = new Set<{ operation: string; run: (call: FaultCall) => void | Promise<void> }>()
  readonly #after = new Set<{ operation: string; run: (call: AnsweredCall) => void | Promise<void> }>()
  /** Called when the server went down; the server cuts its connections. */
  onDown: (() => void) | undefined

  /** Adds a fault and gives what takes it away again. */
  add(fault: Fault): Remove {
    const entry: Entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY, batchEntries: 0 }
    this.#entries.add(entry)
    if (fault.action.kind === 'down') this.onDown?.()
    return () => this.#entries.delete(entry)
  }

  /** The faults in force, for the sandbox's page. */
  list(): Fault[] {
    return [...this.#entries].map(({ fault }) => fault)
  }

  /** Removes every fault; hooks stay. */
  clear(): void {
    this.#entries.clear()
  }

  /** Runs `run` before a matching call (`*`: every call) is carried out and waits for it. */
  onBefore(operation: string, run: (call: FaultCall) => void | Promise<void>): Remove {
    const hook = { operation, run }
    this.#before.add(hook)
    return () => this.#before.delete(hook)
  }

  /** Runs `run` after the answer of a matching call was handed to the operating system. */
  onAfter(operation: string, run: (call: AnsweredCall) => void | Promise<void>): Remove {
    const hook = { operation, run }
    this.#after.add(hook)
    return () => this.#after.delete(hook)
  }

  get isDown(): boolean {
    for (const { fault } of this.#entries) if (fault.action.kind === 'down') return true
    return false
  }

  /** Takes the actions that strike this call, counting them. */
  strike(call: FaultCall): FaultAction[] {
    const actions: FaultAction[] = []
    for (const entry of this.#entries) {
      const { action } = entry.fault
      if (action.kind === 'partial-batch' || action.kind === 'down' || !matches(entry.fault, call)) continue
      actions.push(action)
      this.#use(entry)
      if (action.kind !== 'delay') break
    }
    return actions
  }

  /** Says for each entry of a batch call in turn whether it is to fail. */
  entryFailures(call: FaultCall): () => boolean {
    const partial = [...this.#entries].filter(
      ({ fault }) => fault.action.kind === 'partial-batch' && matches(fault, call) && call.operation.endsWith('Batch'),
    )
    for (const entry of partial) this.#use(entry)
    if (partial.length === 0) return () => false
    return () => {
      let isFailing = false
      for (const entry of partial) {
        entry.batchEntries += 1
        const { action } = entry.fault
        if (action.kind === 'partial-batch' && entry.batchEntries % action.every === 0) isFailing = true
      }
      return isFailing
    }
  }

  async runBefore(call: FaultCall): Promise<void> {
    for (const { operation, run } of this.#before)
      if (operation === '*' || operation === call.operation) await run(call)
  }

  async runAfter(call: AnsweredCall): Promise<void> {
    for (const { operation, run } of this.#after) if (operation === '*' || operation === call.operation) await run(call)
  }

  #use(entry: Entry): void {
    entry.left -= 1
    if (entry.left <= 0) this.#entries.delete(entry)
  }
}

function matches({ operation, queue, caller }: Fault, call: FaultCall): boolean {
  if (operation !== '*' && operation !== call.operation) return false
  if (queue !== undefined && !queue.test(call.queue ?? '')) return false
  return caller === undefined || caller.test(call.caller)
}
