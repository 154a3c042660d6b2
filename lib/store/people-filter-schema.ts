import { z } from 'zod'
import { OUTCOME_REASONS } from '#lib/domain/outcome.ts'
import { PEOPLE_RANGES, PEOPLE_STATES } from '#lib/domain/people-filter.ts'

const words = z.string().min(1).max(200)

/** A filter of people as it comes from an address or a person. */
export const peopleFilterSchema = z.strictObject({
  state: z.enum(PEOPLE_STATES).default('without'),
  reason: z.enum(OUTCOME_REASONS).optional(),
  office: words.optional(),
  type: words.optional(),
  domain: words.optional(),
  profile: z.enum(['new', 'existing']).optional(),
  range: z.enum(PEOPLE_RANGES).default('all'),
})
