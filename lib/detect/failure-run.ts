/** A stretch of e-mails with failures in it, from its first failure on. Counts e-mails. */
export interface Run {
  readonly sinceMs: number
  readonly lastFailedMs: number
  readonly failed: number
  readonly total: number
}

/** The run after one more e-mail; `failedAtMs` null for one that went well. `isNew` false: it was counted as a success before. */
export function extendRun(run: Run | null, failedAtMs: number | null, isNew: boolean): Run | null {
  if (failedAtMs === null) return run === null ? null : { ...run, total: run.total + 1 }
  if (run === null) return { sinceMs: failedAtMs, lastFailedMs: failedAtMs, failed: 1, total: 1 }
  const failed = run.failed + 1
  return {
    sinceMs: Math.min(run.sinceMs, failedAtMs),
    lastFailedMs: Math.max(run.lastFailedMs, failedAtMs),
    failed,
    // A good one that turned bad is in the total already, unless it was counted before this run began.
    total: Math.max(failed, run.total + (isNew ? 1 : 0)),
  }
}

/** Share of a run that failed, drawn a little to the middle. */
export function shareOf({ failed, total }: Run): number {
  return (failed + 1) / (total + 2)
}
