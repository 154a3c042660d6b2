import { z } from 'zod'
import type { Profile } from '#lib/domain/mark.ts'
import { instant } from './instant.ts'
import { wordsOfIssue } from './parse-history.ts'

/** `{"traineeTisId":"900117"}`, with `createdAt` where the sender knows it. */
const profileSchema = z.object({
  traineeTisId: z
    .union([z.string(), z.number().int()])
    .transform((id) => String(id).trim())
    .pipe(z.string().regex(/^[^\s@]{1,100}$/, 'is not a reference: 1 to 100 characters without blanks or @')),
  createdAt: instant.nullish(),
})

/** Reads a profile that was created; a text says which field is wrong. Without `createdAt` the profile counts as created when it was sent. */
export function parseProfile(json: unknown, sentAtMs: number): Profile | string {
  const parsed = profileSchema.safeParse(json)
  if (!parsed.success) return wordsOfIssue(parsed.error.issues[0])
  return { ref: parsed.data.traineeTisId, createdAtMs: parsed.data.createdAt ?? sentAtMs }
}
