/** Runs tasks one at a time, in the order in which they were handed in. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task)
    this.#last = result.catch(() => {
      // The caller of that task is told; the next one runs anyway.
    })
    return result
  }
}
