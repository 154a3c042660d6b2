/** Knows which of a view's fetches is under way. */
export class FetchLog {
  #current: Promise<unknown> | null = null

  /** Runs one fetch. */
  async watch<T>(work: Promise<T>): Promise<T> {
    this.#current = work
    try {
      return await work
    } finally {
      if (this.#current === work) this.#current = null
    }
  }

  /** Resolves when no fetch is under way. */
  async idle(): Promise<void> {
    while (this.#current !== null) await Promise.allSettled([this.#current])
  }
}
