import 'server-only'
import { z } from 'zod'
import { instant } from '#lib/sources/instant.ts'
import { parseItems, pastMoment } from './parse-items.ts'
import { readItems } from './read-items.ts'
import { storeReadings } from './store-readings.ts'

const profileSchema = z.strictObject({
  ref: z
    .union([z.string(), z.number().int()])
    .transform((ref) => String(ref).trim())
    .pipe(z.string().regex(/^[^\s@\p{Cc}]{1,100}$/u, 'is not a reference: 1 to 100 characters without blanks or @')),
  createdAt: pastMoment(instant),
})

/** Takes created profiles by HTTP: `{"ref": "900117", "createdAt": "2024-11-07T10:30:00Z"}`, one or many. Returns how many came and how many were new. */
export async function ingestProfiles(request: Request): Promise<{ received: number; new: number }> {
  const profiles = parseItems(await readItems(request), profileSchema).map(({ ref, createdAt }) => ({
    ref,
    createdAtMs: createdAt,
  }))
  const { newProfiles } = await storeReadings('profiles', [{ kind: 'profiles', profiles, isBackfill: false }])
  return { received: profiles.length, new: newProfiles }
}
