import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import type { RedriveRow } from '#lib/views/redrive-rows.ts'
import type { PageBase } from '#lib/views/shared.ts'
import { MOST_NAME_LETTERS } from '#lib/domain/queue.ts'

/** A redrive in the history: who, why, the plan and the result. */
export interface PastRedrive extends RedriveRow {
  readonly plannedBy: string
  readonly approvedBy: string | null
  readonly startedBy: string | null
  /** Why, in the words of the one who planned it; null where nobody said. */
  readonly purpose: string | null
  readonly endedMs: number | null
}

export interface Redrives extends PageBase {
  /** The queue to which the list is narrowed; null for all. */
  readonly queue: string | null
  /** The newest first; at most 50. */
  readonly redrives: readonly PastRedrive[]
  /** Number of the redrive before which older ones begin; null where there are none. */
  readonly olderBefore: number | null
}

export const redrivesView = defineView<Redrives>()({
  name: 'redrives',
  audience: 'viewer',
  params: z.strictObject({
    queue: z.string().min(1).max(MOST_NAME_LETTERS).optional(),
    /** Only redrives before this number. */
    before: z.coerce.number().int().positive().optional(),
  }),
  topics: ['redrives', 'sources'],
})
