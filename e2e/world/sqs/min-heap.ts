/** A binary heap that gives the item with the smallest key first. */
export class MinHeap<Item> {
  readonly #keyOf: (item: Item) => number
  #items: Item[] = []

  constructor(keyOf: (item: Item) => number) {
    this.#keyOf = keyOf
  }

  get size(): number {
    return this.#items.length
  }

  peek(): Item | undefined {
    return this.#items[0]
  }

  push(item: Item): void {
    const items = this.#items
    const key = this.#keyOf(item)
    let index = items.length
    items.push(item)
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = items[parentIndex]
      if (parent === undefined || this.#keyOf(parent) <= key) break
      items[index] = parent
      index = parentIndex
    }
    items[index] = item
  }

  pop(): Item | undefined {
    const top = this.#items[0]
    const last = this.#items.pop()
    if (top === undefined || last === undefined || this.#items.length === 0) return top
    this.#sink(last)
    return top
  }

  /** Drops every item that `keep` refuses. */
  retain(keep: (item: Item) => boolean): void {
    const kept = this.#items.filter(keep)
    kept.sort((a, b) => this.#keyOf(a) - this.#keyOf(b))
    this.#items = kept
  }

  clear(): void {
    this.#items = []
  }

  #sink(item: Item): void {
    const items = this.#items
    const key = this.#keyOf(item)
    let index = 0
    for (;;) {
      let childIndex = 2 * index + 1
      let child = items[childIndex]
      if (child === undefined) break
      const right = items[childIndex + 1]
      if (right !== undefined && this.#keyOf(right) < this.#keyOf(child)) {
        child = right
        childIndex += 1
      }
      if (this.#keyOf(child) >= key) break
      items[index] = child
      index = childIndex
    }
    items[index] = item
  }
}
