import { setTimeout as pause } from 'node:timers/promises'

/** Time that was lost to a slow call may be made up for later, but never more than this. */
const CATCH_UP_MS = 500

/** Spreads messages evenly over time, whoever asks for them. */
export class Pacer {
  readonly #perSecond: number
  #nextMs = performance.now()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Resolves when so many more may be moved. Throws the signal's reason when it is aborted. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    const startMs = Math.max(this.#nextMs, performance.now() - CATCH_UP_MS)
    this.#nextMs = startMs + (count / this.#perSecond) * 1000
    const waitMs = startMs - performance.now()
    if (waitMs >= 1) await pause(waitMs, undefined, { signal })
  }

  /** Hands back what was taken and not used. */
  giveBack(count: number): void {
    this.#nextMs -= (count / this.#perSecond) * 1000
  }
}
