import type { RunFailure } from './failure-run.ts'

/** One e-mail as it counts for failures of one reason. */
export interface SeenEmail {
  /** When it happened, by its own account. */
  readonly atMs: number
  /** When it was taken in, which orders e-mails: what they say of themselves may be wrong by years. */
  readonly seenMs: number
  /** When it was last sent, by its own account; null where that is not told. */
  readonly sentMs: number | null
  readonly reason: string
  readonly isFailure: boolean
  /** False for a failure that was counted as a success before. */
  readonly isNew: boolean
  /** Keys of the segments that it belongs to: `all`, `office:Thames Valley`. */
  readonly segments: readonly string[]
  /** How much surer than usual one must be before it is said; 1 is the usual. */
  readonly caution: number
}

/** When it was sent, as far as it can be: a failure that is known at once was sent when it was seen. */
export function sentAt({ isNew, sentMs, seenMs }: SeenEmail): number {
  return isNew || sentMs === null ? seenMs : Math.min(sentMs, seenMs)
}

/** The e-mail as a run takes it; null for one that went well. `good`: e-mails that were sent between it and the run. */
export function failureOf(seen: SeenEmail, good = 0): RunFailure | null {
  const { atMs, isFailure, isNew } = seen
  return isFailure ? { atMs, sentMs: sentAt(seen), isNew, good } : null
}
