import { z } from 'zod'
import { GAP_REASONS } from '#lib/domain/gap.ts'
import type { Cursor } from './define-source.ts'

const rangeSchema = z.object({
  id: z.string(),
  slug: z.string(),
  fromMs: z.number(),
  toMs: z.number(),
  /** When it could not be had last; absent before the first failure. */
  failedAtMs: z.number().optional(),
})
const projectSchema = z.object({ nextMs: z.number(), recent: z.record(z.string(), z.number()) })
const gapSchema = z.object({ reason: z.enum(GAP_REASONS), message: z.string() })
const cursorSchema = z.object({
  projects: z.record(z.string(), projectSchema),
  backfill: z.array(rangeSchema),
  marks: z.array(z.string()).nullable(),
  liveAtMs: z.number().nullable(),
  gaps: z.record(z.string(), gapSchema),
})

/** A stretch of one project's history that is still to be fetched. */
export type SentryRange = z.output<typeof rangeSchema>
/** `nextMs` is the start of the first minute that is not final; `recent` what was told of the minutes that are asked again, by their start. */
export type SentryProgress = z.output<typeof projectSchema>
export type SentryGap = z.output<typeof gapSchema>
/** `marks` are the keys of the releases told before; null before the first reading. `gaps` are the parts that could not be read when last asked for. */
export type SentryCursor = z.output<typeof cursorSchema>

/** Reads the stored cursor; one that cannot be read counts as none, and the history is fetched anew. */
export function readSentryCursor(cursor: Cursor | null): SentryCursor {
  const parsed = cursorSchema.safeParse(cursor)
  return parsed.success ? parsed.data : { projects: {}, backfill: [], marks: null, liveAtMs: null, gaps: {} }
}
