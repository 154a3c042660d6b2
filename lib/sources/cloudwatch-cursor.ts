import { z } from 'zod'
import { GAP_REASONS } from '#lib/domain/gap.ts'
import type { Cursor } from './define-source.ts'

const rangeSchema = z.object({ queue: z.string(), fromMs: z.number(), toMs: z.number() })
const queueSchema = z.object({
  liveMs: z.number(),
  recent: z.record(z.string(), z.string()),
})
const cursorSchema = z.object({
  queues: z.record(z.string(), queueSchema),
  backfill: z.array(rangeSchema),
  liveAtMs: z.number().nullable(),
  blindReads: z.number().default(0),
  gaps: z.record(z.string(), z.object({ reason: z.enum(GAP_REASONS), message: z.string() })),
})

/** A stretch of history of one queue that is still to be fetched. */
export type BackfillRange = z.output<typeof rangeSchema>

/**
 * How far one queue is read: `liveMs` is the end of the last window that CloudWatch answered; `recent` holds, by start of the period,
 * what was told for the periods that are asked again, so that only new or changed ones are told.
 */
export type QueueProgress = z.output<typeof queueSchema>
/**
 * `liveAtMs` is the start of the last live reading; `blindReads` counts the last live readings in a row that were made before there was
 * an inventory; `gaps` are the parts, by scope, that could not be read when last asked for.
 */
export type CloudwatchCursor = z.output<typeof cursorSchema>

/** Reads the stored cursor; one that cannot be read counts as none, and the history is fetched anew. */
export function readCloudwatchCursor(cursor: Cursor | null): CloudwatchCursor {
  const parsed = cursorSchema.safeParse(cursor)
  return parsed.success ? parsed.data : { queues: {}, backfill: [], liveAtMs: null, blindReads: 0, gaps: {} }
}
