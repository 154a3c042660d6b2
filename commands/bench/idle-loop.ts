import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { LoopDelay, type LoopDelayFigures } from './loop-delay.ts'

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
