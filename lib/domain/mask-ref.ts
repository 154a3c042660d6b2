const DOTS = '•••'

/**
 * A person's reference for readers who may not see it: `9•••42`. The dots never tell the length, and of a short reference
 * less is left, so that it cannot be guessed from what remains.
 */
export function maskRef(ref: string): string {
  if (ref.length >= 6) return `${ref.slice(0, 1)}${DOTS}${ref.slice(-2)}`
  return ref.length >= 4 ? `${DOTS}${ref.slice(-1)}` : DOTS
}
