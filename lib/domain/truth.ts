/** What Spillway says of anything it shows. `unknown` is a state of its own: never drawn as zero, never as good. */
export const TRUTHS = ['ok', 'bad', 'unknown', 'muted', 'healing'] as const
export type Truth = (typeof TRUTHS)[number]

const WORST_FIRST: readonly Truth[] = ['bad', 'healing', 'unknown', 'muted', 'ok']

/** The state of a whole from its parts: the worst wins; nothing at all is `unknown`. */
export function worstTruth(parts: readonly Truth[]): Truth {
  return WORST_FIRST.find((truth) => parts.includes(truth)) ?? 'unknown'
}

/** A value with its state, the moment since which the state holds and the moment of the reading behind it (epoch ms). */
export interface Told<T> {
  readonly truth: Truth
  /** Last known value; null when none was ever read. */
  readonly value: T | null
  /** When this state began; null when it has always been so as far as Spillway knows. */
  readonly sinceMs: number | null
  /** When the value was read; null when it never was. */
  readonly asOfMs: number | null
}
