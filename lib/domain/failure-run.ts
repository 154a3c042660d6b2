import type { OutcomeStatus } from './outcome.ts'

/**
 * When an e-mail went out last, and its failures from then on. Each part is a newest of all events, so their order and repetition make
 * no difference: a later success only ever makes older failures matter less.
 */
export interface FailureRun {
  /** The latest event that said it went out, by the events' own time; null while none did. */
  readonly goodMs: number | null
  /** Moments of failures at `goodMs` or later, rising, each once; the newest of them where there are many. */
  readonly failedMs: readonly number[]
}

/** More failures in a row than any service tries; beyond them the beginning is that of the newest so many. */
const MOST_FAILURES = 16

export function runOfEvent(status: OutcomeStatus, atMs: number): FailureRun {
  if (status === 'accepted' || status === 'delivered') return { goodMs: atMs, failedMs: [] }
  return { goodMs: null, failedMs: status === 'failed' ? [atMs] : [] }
}

/** Both together. Returns `run` itself when `more` changes nothing. */
export function joinRuns(run: FailureRun, more: FailureRun): FailureRun {
  const goodMs =
    run.goodMs === null || more.goodMs === null ? (run.goodMs ?? more.goodMs) : Math.max(run.goodMs, more.goodMs)
  const failedMs = [...new Set([...run.failedMs, ...more.failedMs])]
    .filter((atMs) => goodMs === null || atMs >= goodMs)
    .toSorted((a, b) => a - b)
    .slice(-MOST_FAILURES)
  const isSame =
    goodMs === run.goodMs &&
    failedMs.length === run.failedMs.length &&
    failedMs.every((atMs, at) => atMs === run.failedMs[at])
  return isSame ? run : { goodMs, failedMs }
}

/**
 * When the failure that holds now began, for an e-mail whose latest state is failed: the first failure since it went out last. One that
 * never went out has failed from its first failure on.
 */
export function failingSinceMs({ goodMs, failedMs }: FailureRun, firstFailedMs: number | null): number | null {
  return goodMs === null ? firstFailedMs : (failedMs[0] ?? firstFailedMs)
}
