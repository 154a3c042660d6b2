/** A stretch of e-mails with failures in it, from its first failure on. Counts e-mails. */
export interface Run {
  readonly sinceMs: number
  readonly lastFailedMs: number
  readonly failed: number
  readonly total: number
  /** When the earliest of them was sent; its failure may have become known later. */
  readonly fromMs: number
}

/** A failure as a run takes it. */
export interface RunFailure {
  readonly atMs: number
  readonly sentMs: number
  /** False for one that was counted as a success before. */
  readonly isNew: boolean
  /** E-mails sent between it and the run's first, or since it where there is no run: only for one that became known late. */
  readonly good: number
}

/** The run after one more e-mail; null for one that went well. */
export function extendRun(run: Run | null, failure: RunFailure | null): Run | null {
  if (failure === null) return run === null ? null : { ...run, total: run.total + 1 }
  const { atMs: failedAtMs, sentMs, isNew, good } = failure
  if (run === null)
    return { sinceMs: failedAtMs, lastFailedMs: failedAtMs, failed: 1, total: 1 + Math.round(good), fromMs: sentMs }
  const failed = run.failed + 1
  return {
    sinceMs: Math.min(run.sinceMs, failedAtMs),
    lastFailedMs: Math.max(run.lastFailedMs, failedAtMs),
    failed,
    // A good one that turned bad is in the total already, unless it was counted before this run began.
    total: Math.max(failed, run.total + (isNew || sentMs < run.fromMs ? 1 : 0) + Math.round(good)),
    fromMs: Math.min(run.fromMs, sentMs),
  }
}

/** Share of a run that failed, drawn a little to the middle. */
export function shareOf({ failed, total }: Run): number {
  return (failed + 1) / (total + 2)
}
