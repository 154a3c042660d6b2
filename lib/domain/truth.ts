/** What Spillway says of anything it shows. `unknown` is a state of its own: never drawn as zero, never as good. */
export const TRUTHS = ['ok', 'bad', 'unknown', 'muted', 'healing'] as const
export type Truth = (typeof TRUTHS)[number]

const WORST_FIRST: readonly Truth[] = ['bad', 'healing', 'unknown', 'muted', 'ok']

/** The state of a whole from its parts: the worst wins; nothing at all is `unknown`. */
export function worstTruth(parts: readonly Truth[]): Truth {
  return WORST_FIRST.find((truth) => parts.includes(truth)) ?? 'unknown'
}
