import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase, QueueRow } from '#lib/views/shared.ts'

export interface Queues extends PageBase {
  /** Every queue that is not gone, worst first, then by name; dead-letter queues stand under their source. */
  readonly rows: readonly QueueRow[]
}

export const queuesView = defineView<Queues>()({
  name: 'queues',
  audience: 'viewer',
  params: z.strictObject({}),
  topics: ['queues', 'findings', 'sources'],
})
