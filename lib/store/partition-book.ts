import 'server-only'
import type { Tx } from './orm.ts'

const pages = new WeakMap<Tx, Page>()

/** The partitions that this process knows to exist, so that an insert need not ask. */
export class PartitionBook {
  readonly #known = new Set<string>()

  newPage(): Page {
    return new Page(this.#known)
  }
}

/** What one transaction learns of partitions; believed by others only after its commit, since a rollback takes its partitions along. */
class Page {
  readonly #known: Set<string>
  readonly #learned = new Set<string>()

  constructor(known: Set<string>) {
    this.#known = known
  }

  open(tx: Tx): void {
    pages.set(tx, this)
  }

  has(partition: string): boolean {
    return this.#known.has(partition) || this.#learned.has(partition)
  }

  learn(partition: string): void {
    this.#learned.add(partition)
  }

  commit(): void {
    for (const partition of this.#learned) this.#known.add(partition)
  }
}

/** The transaction's page; undefined for the outer handle and for savepoints, which ask the database each time. */
export function partitionPageOf(tx: Tx): Page | undefined {
  return pages.get(tx)
}
