import { setTimeout as pause } from 'node:timers/promises'

/** Time that was lost to slow calls is made up for later, but never more than this ... */
const CATCH_UP_MS = 5_000
/** ... and never at more than so many times the asked rate: whoever asks for a rate wants no bursts. */
const MOST_HASTE = 1.25

export interface PaceClock {
  readonly nowMs: () => number
  /** Throws the signal's reason when it is aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
}

const REAL: PaceClock = {
  nowMs: () => performance.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }),
}

/** Spreads messages evenly over time, whoever asks for them, so that the asked rate is kept on average. */
export class Pacer {
  readonly #perSecond: number
  readonly #clock: PaceClock
  /** When the next messages are due. */
  #nextMs: number
  /** Before then nothing goes, however late it is. */
  #leastMs: number

  constructor(perSecond: number, clock: PaceClock = REAL) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#nextMs = clock.nowMs()
    this.#leastMs = this.#nextMs
  }

  /** Resolves when so many more may be moved. Throws the signal's reason when it is aborted. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.nowMs()
    const dueMs = Math.max(this.#nextMs, nowMs - CATCH_UP_MS)
    const startMs = Math.max(dueMs, this.#leastMs, nowMs)
    this.#nextMs = dueMs + this.#lastsMs(count)
    this.#leastMs = startMs + this.#lastsMs(count) / MOST_HASTE
    const waitMs = startMs - nowMs
    if (waitMs >= 1) await this.#clock.wait(waitMs, signal)
  }

  /** Hands back what was taken and not used. */
  giveBack(count: number): void {
    this.#nextMs -= this.#lastsMs(count)
    this.#leastMs -= this.#lastsMs(count) / MOST_HASTE
  }

  #lastsMs(count: number): number {
    return (count / this.#perSecond) * 1000
  }
}
