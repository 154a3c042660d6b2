import { z } from 'zod'
import type { Cursor } from './define-source.ts'

const cursorSchema = z.object({ readToMs: z.number() })

/**
 * Up to when a tap queue is read while more may be waiting in it: when the newest message so far was sent. Null when the last poll found
 * nothing, and so nothing was waiting.
 */
export function readToMsOf(cursor: Cursor | null): number | null {
  const parsed = cursorSchema.safeParse(cursor)
  return parsed.success ? parsed.data.readToMs : null
}

/** The cursor after a poll that brought messages sent at these moments; what comes again late takes nothing back. */
export function tapCursor(before: Cursor | null, sentMs: readonly (number | null)[]): Cursor | null {
  const known = [readToMsOf(before), ...sentMs].flatMap((ms) => ms ?? [])
  return known.length === 0 ? null : { readToMs: Math.max(...known) }
}
