/** `receive` brings more work, all other calls end what was begun. */
export type CallKind = 'receive' | 'finish'

/** Lets no more than so many calls be under way at once; the others wait their turn, and receives for all that ends what was begun. */
export class CallSlots {
  readonly #most: number
  #busy = 0
  readonly #waiting: Readonly<Record<CallKind, (() => void)[]>> = { finish: [], receive: [] }

  constructor(most: number) {
    this.#most = Math.max(1, most)
  }

  async run<T>(call: () => Promise<T>, kind: CallKind = 'finish'): Promise<T> {
    if (this.#busy >= this.#most) await new Promise<void>((resolve) => this.#waiting[kind].push(resolve))
    else this.#busy += 1
    try {
      return await call()
    } finally {
      const next = this.#waiting.finish.shift() ?? this.#waiting.receive.shift()
      // The place is handed on, so that nobody who comes later takes it in between.
      if (next === undefined) this.#busy -= 1
      else next()
    }
  }
}
