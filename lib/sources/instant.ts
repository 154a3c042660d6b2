import { z } from 'zod'

/** Below this a number is taken for seconds: in milliseconds it would lie before 1973. */
const SECONDS_BELOW = 100_000_000_000
/** From the year 10000 on, ISO texts have a sign and six digits, which the store does not read. */
const BEFORE_MS = Date.UTC(10_000, 0)

/** A moment in JSON, as epoch milliseconds: ISO text with a zone, or a number of seconds or milliseconds, as Java writes it either way. */
export const instant = z.union([z.string(), z.number()]).transform((given, context): number => {
  const atMs = Math.round(typeof given === 'string' ? parseText(given) : given < SECONDS_BELOW ? given * 1_000 : given)
  if (Number.isFinite(atMs) && atMs > 0 && atMs < BEFORE_MS) return atMs
  context.addIssue('is not a moment such as 2026-11-06T14:21:09Z')
  return z.NEVER
})

/** No moment is longer; the pattern below would take minutes over a text of a whole message. */
const LONGEST_TEXT = 40

/** A time without a zone would be read in the zone of this machine. */
function parseText(text: string): number {
  if (text.length > LONGEST_TEXT) return Number.NaN
  return /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
}
