/** Why a reading failed. `store` means that Spillway read it but could not keep it. */
export const GAP_REASONS = [
  'denied',
  'throttled',
  'timeout',
  'unreachable',
  'not-found',
  'invalid-answer',
  'store',
  'internal',
] as const
export type GapReason = (typeof GAP_REASONS)[number]

/** A stretch in which a source could not be read. Stored instead of a zero and drawn as a hatched hole. */
export interface Gap {
  readonly source: string
  /** What of the source is missing: `*` for all of it, else e.g. a queue's name. */
  readonly scope: string
  readonly reason: GapReason
  /** The upstream's own words, shortened; no secrets, no personal data. */
  readonly message: string
  readonly fromMs: number
  /** End of the gap (the first good reading after it); null while it lasts. */
  readonly toMs: number | null
}
