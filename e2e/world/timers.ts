/** Things that the sandbox will do later. Knows how many are open, so that a test can wait for quiet, and forgets all when stopped. */
export class Timers {
  readonly #open = new Map<NodeJS.Timeout, { readonly isPatient: boolean }>()
  readonly #onError: (error: unknown) => void
  #running = 0
  #isStopped = false

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Runs `task` once after `delayMs`. A patient one (a planned mail) does not keep {@link Timers.isBusy} true while it waits. */
  after(delayMs: number, task: () => void | Promise<void>, options: { readonly isPatient?: boolean } = {}): void {
    if (this.#isStopped) return
    const timer = setTimeout(() => {
      this.#open.delete(timer)
      void this.#run(task)
    }, delayMs)
    this.#open.set(timer, { isPatient: options.isPatient ?? false })
  }

  get isBusy(): boolean {
    return this.#running > 0 || [...this.#open.values()].some((entry) => !entry.isPatient)
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#open.keys()) clearTimeout(timer)
    this.#open.clear()
  }

  async #run(task: () => void | Promise<void>): Promise<void> {
    this.#running += 1
    try {
      await task()
    } catch (error) {
      this.#onError(error)
    } finally {
      this.#running -= 1
    }
  }
}
