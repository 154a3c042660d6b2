import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase, QueueRow } from '#lib/views/shared.ts'

/** A queue in the list of all: what its row shows, and nothing that changes without being shown. */
export interface QueueLine extends Omit<QueueRow, 'sinceMs' | 'depthAsOfMs' | 'flowAsOfMs' | 'spark'> {
  /** See `spark-text.ts`. */
  readonly spark: string
}

export interface Queues extends PageBase {
  /** Every queue that is not gone, worst first, then by name; dead-letter queues stand under their source. */
  readonly rows: readonly QueueLine[]
  /** Queues that are not gone. */
  readonly total: number
  /** Of these, those that are not ok. */
  readonly look: number
  /** Names of all services that queues belong to, in order. */
  readonly services: readonly string[]
}

export const queuesView = defineView<Queues>()({
  name: 'queues',
  audience: 'viewer',
  params: z.strictObject({}),
  topics: ['queues', 'findings', 'sources'],
})
