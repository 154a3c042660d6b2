/** Lets no more than so many calls be under way at once; the others wait their turn. */
export class CallSlots {
  readonly #most: number
  #busy = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = Math.max(1, most)
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#busy >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#busy += 1
    try {
      return await call()
    } finally {
      const next = this.#waiting.shift()
      // The place is handed on, so that nobody who comes later takes it in between.
      if (next === undefined) this.#busy -= 1
      else next()
    }
  }
}
