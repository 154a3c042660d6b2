import { createHistogram } from 'node:perf_hooks'

/** How long whatever comes next waits in an event loop, in milliseconds: 999 of 1,000 looks at it, and the longest. */
export interface LoopDelayFigures {
  readonly p999Ms: number
  readonly maxMs: number
}

const NS_A_MS = 1e6
/** As seldom as Node's own monitor looks: looking costs processor time too. */
const EVERY_MS = 10

/**
 * Looks at this thread's event loop while it is asked to, and how much later than it should its turn comes. Unlike Node's own monitor
 * (`monitorEventLoopDelay`) it counts neither the interval itself nor the time between `stop` and `start` as a delay.
 */
export class LoopDelay {
  readonly #seen = createHistogram()
  #timer: NodeJS.Timeout | undefined
  #lastMs = 0

  start(): void {
    this.#lastMs = performance.now()
    this.#timer = setInterval(() => this.#look(), EVERY_MS)
  }

  stop(): void {
    if (this.#timer === undefined) return
    this.#look()
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  figures(): LoopDelayFigures {
    return { p999Ms: tenthsOf(this.#seen.percentile(99.9)), maxMs: tenthsOf(this.#seen.max) }
  }

  #look(): void {
    const nowMs = performance.now()
    this.#seen.record(Math.max(1, Math.round((nowMs - this.#lastMs - EVERY_MS) * NS_A_MS)))
    this.#lastMs = nowMs
  }
}

function tenthsOf(ns: number): number {
  return Math.round(ns / (NS_A_MS / 10)) / 10
}
