import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'

/** One notification as it stands. The person's reference is in clear: the view is for operators. */
export interface OutcomeRow {
  readonly id: string
  readonly status: string
  readonly reason: string
  readonly rawDetail: string | null
  readonly personRef: string | null
  readonly notificationType: string | null
  /** Moment of the event that made the state, epoch ms. */
  readonly atMs: number
}

export interface Outcomes {
  readonly nowMs: number
  /** In the order of their ids. */
  readonly rows: readonly OutcomeRow[]
  /** Hand it back as `after` for the rows that follow; null when these were the last. */
  readonly next: string | null
  /** Events stored in all, redeliveries not counted. */
  readonly eventCount: number
}

export const outcomesView = defineView<Outcomes>()({
  name: 'outcomes',
  audience: 'operator',
  params: z.strictObject({
    /** Id after which to go on; from the start without it. */
    after: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
  }),
  topics: ['emails'],
})
