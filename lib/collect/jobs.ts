import 'server-only'
import type { PgBoss } from 'pg-boss'
import { startBoss } from '#lib/store/jobs.ts'
import type { CollectContext } from './collect-context.ts'
import { backoffMs, pause } from './pause.ts'
import { hasDropped, keepRetention } from './retention.ts'
import { noteTrouble } from './run-under-lease.ts'

const RETENTION = 'retention'
/** Hourly and not nightly, so that a process which runs for an hour a day keeps it too. It is quick when there is nothing to do. */
const RETENTION_CRON = '23 * * * *'
const START_BACKOFF = { firstMs: 500, mostMs: 5_000 }
const STOP_MS = 3_000

/**
 * Runs jobs until `signal` is aborted: what need not happen on the second but must happen once, whichever process does it. A job whose
 * process was killed is given to another when its heartbeat is missed. Never throws.
 */
export async function runJobs(context: CollectContext, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      const boss = await context.withStore(startBoss)
      await serve(boss, context, signal)
    } catch (error) {
      failures += 1
      noteTrouble('jobs', error, context)
      await pause(backoffMs(failures, START_BACKOFF.firstMs, START_BACKOFF.mostMs), signal)
    }
  }
}

async function serve(boss: PgBoss, context: CollectContext, signal: AbortSignal): Promise<void> {
  try {
    await boss.createQueue(RETENTION, {
      retryLimit: 5,
      retryDelay: 60,
      expireInSeconds: 600,
      heartbeatSeconds: 30,
      deleteAfterSeconds: 86_400,
    })
    await boss.work(RETENTION, { pollingIntervalSeconds: 30 }, async () => {
      const kept = await context.withStore((db) => keepRetention(db, context.settings, context.nowMs()))
      if (hasDropped(kept)) context.log.info(kept, 'what is older than it is kept was dropped')
    })
    await boss.schedule(RETENTION, RETENTION_CRON, null, { tz: 'UTC' })
    context.changes.well('jobs')
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } finally {
    await boss.stop({ graceful: true, timeout: STOP_MS })
  }
}
