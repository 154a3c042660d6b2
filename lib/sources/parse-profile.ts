import { z } from 'zod'
import type { Profile } from '#lib/domain/mark.ts'
import { instant } from './instant.ts'
import { wordsOfIssue } from './parse-history.ts'
import { reference } from './reference.ts'

const DAY_MS = 86_400_000

/** `{"traineeTisId":"900117"}`, with `createdAt` where the sender knows it. */
const profileSchema = z.object({ traineeTisId: reference, createdAt: instant.nullish() })

/**
 * Reads a profile that was created; a text says which field is wrong. Without `createdAt` the profile counts as created when it was sent.
 * One from the future is refused, since it would never be old enough to be missed.
 */
export function parseProfile(json: unknown, sentAtMs: number): Profile | string {
  const parsed = profileSchema.safeParse(json)
  if (!parsed.success) return wordsOfIssue(parsed.error.issues[0])
  const { traineeTisId: ref, createdAt } = parsed.data
  const createdAtMs = createdAt ?? sentAtMs
  return createdAtMs > sentAtMs + DAY_MS ? 'createdAt: lies in the future.' : { ref, createdAtMs }
}
