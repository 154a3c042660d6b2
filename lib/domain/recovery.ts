import type { OutcomeStatus } from './outcome.ts'

/** How a notification that had failed got out after all. */
export interface Recovery {
  /** When the failure that was overcome began: the first one since the e-mail had gone out before, epoch ms. */
  readonly failedMs: number
  /** When it went out and stayed out: the first success that no failure follows, epoch ms. */
  readonly recoveredMs: number
}

/**
 * The last recovery that these events of one notification tell, in whatever order and however often; null when it never failed, or has
 * not gone out since. `status`: where it stands by the total order of its events. Moments are the events' own. A mail that is opened
 * later did not recover later: only the first success counts. Failures that were overcome earlier are recoveries of their own.
 */
export function recoveryOf(
  status: OutcomeStatus,
  events: Iterable<{ readonly status: OutcomeStatus; readonly atMs: number }>,
): Recovery | null {
  if (status !== 'accepted' && status !== 'delivered') return null
  const failures: number[] = []
  const successes: number[] = []
  for (const event of events) {
    if (event.status === 'failed') failures.push(event.atMs)
    if (event.status === 'accepted' || event.status === 'delivered') successes.push(event.atMs)
  }
  if (failures.length === 0) return null
  const lastFailedMs = Math.max(...failures)
  const since = successes.filter((atMs) => atMs >= lastFailedMs)
  if (since.length === 0) return null
  const outBeforeMs = Math.max(...successes.filter((atMs) => atMs < lastFailedMs))
  return { failedMs: Math.min(...failures.filter((atMs) => atMs >= outBeforeMs)), recoveredMs: Math.min(...since) }
}
