import { createHistogram } from 'node:perf_hooks'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

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

type Word = 'start' | 'stop' | 'tell'

/** The same of a thread that does nothing else: what is seen there too is the machine's. */
export class IdleLoop {
  readonly #worker = new Worker(new URL(import.meta.url))

  start(): void {
    this.#say('start')
  }

  stop(): void {
    this.#say('stop')
  }

  /** Ends the thread. */
  async figures(): Promise<LoopDelayFigures> {
    const told = new Promise<LoopDelayFigures>((resolve) => this.#worker.once('message', resolve))
    this.#say('tell')
    const figures = await told
    await this.#worker.terminate()
    return figures
  }

  #say(word: Word): void {
    this.#worker.postMessage(word, [])
  }
}

if (!isMainThread) {
  const delay = new LoopDelay()
  parentPort?.on('message', (word: Word) => {
    if (word === 'start') delay.start()
    else if (word === 'stop') delay.stop()
    else parentPort?.postMessage(delay.figures(), [])
  })
}
