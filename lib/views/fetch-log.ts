/** Remembers of a view's fetches which one is under way, and when a row of failures began. */
export class FetchLog {
  #firstFailureMs: number | null = null
  #current: Promise<unknown> | null = null

  /** True since the newest fetch that ended has failed. */
  get isFailing(): boolean {
    return this.#firstFailureMs !== null
  }

  /** Runs one fetch; one that was given up through `signal` is no failure. */
  async watch<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    this.#current = work
    try {
      const result = await work
      this.#firstFailureMs = null
      return result
    } catch (error) {
      if (!signal.aborted) this.#firstFailureMs ??= Date.now()
      throw error
    } finally {
      if (this.#current === work) this.#current = null
    }
  }

  /** Resolves when no fetch is under way. */
  async idle(): Promise<void> {
    while (this.#current !== null) await Promise.allSettled([this.#current])
  }

  /** From the last good answer to the first failure after it, in ms; both on the browser's clock. */
  elapsedMs(lastGoodMs: number): number {
    return Math.max(0, (this.#firstFailureMs ?? lastGoodMs) - lastGoodMs)
  }
}
