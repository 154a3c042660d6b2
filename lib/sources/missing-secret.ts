import type { Env } from '#lib/config/env.ts'

/**
 * The line that says how to set SPILLWAY_SECRET, or null when it is set. A tap queue is not read without it: one message that is not
 * understood could not be kept encrypted, and would hold back all that came with it.
 */
export function missingSecret(env: Env): string | null {
  return env.SPILLWAY_SECRET === undefined
    ? 'SPILLWAY_SECRET is not set: set it to at least 32 random characters, so that messages which are not understood can be kept encrypted.'
    : null
}
