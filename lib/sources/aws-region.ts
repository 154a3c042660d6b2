import type { Env } from '#lib/config/env.ts'

/** The line that says how to set the region, or null when it is set. Shared by every source that asks AWS. */
export function missingRegion(env: Env): string | null {
  return env.AWS_REGION === undefined
    ? 'AWS_REGION is not set: set it to the region of the queues, e.g. eu-west-2.'
    : null
}
