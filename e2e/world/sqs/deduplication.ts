/** The message that a deduplication id stands for. */
export interface RememberedSend {
  readonly messageId: string
  readonly sequenceNumber: string
}

/** The deduplication ids that a FIFO queue saw within its interval; deleting or receiving a message forgets nothing. */
export class Deduplication {
  readonly #intervalMs: number
  readonly #seen = new Map<string, RememberedSend & { readonly atMs: number }>()

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  find(id: string, nowMs: number): RememberedSend | undefined {
    this.#forgetOld(nowMs)
    return this.#seen.get(id)
  }

  remember(id: string, send: RememberedSend, nowMs: number): void {
    this.#seen.set(id, { ...send, atMs: nowMs })
  }

  clear(): void {
    this.#seen.clear()
  }

  #forgetOld(nowMs: number): void {
    for (const [id, { atMs }] of this.#seen) {
      if (nowMs - atMs < this.#intervalMs) return
      this.#seen.delete(id)
    }
  }
}
