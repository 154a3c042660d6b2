import 'server-only'
import { isPolled, type CollectContext } from './collect-context.ts'
import { runJobs } from './jobs.ts'
import { runOutbox } from './outbox-loop.ts'
import { runSourceLoop } from './source-loop.ts'
import { runTicks } from './tick.ts'
import { tellHeld } from './tell-held.ts'
import { runTaps, runWorkLoops } from './work-loops.ts'

/** Loops that run until they are stopped. */
export interface Collector {
  /** Ends every loop: long polls are given up and leases given back. Resolves when all have ended. */
  stop(): Promise<void>
}

/** Starts a loop for every source that is to be polled, for every channel that tells people, for redrives and re-syncs, the ticks and the jobs. Any number of collectors share one store. */
export function createCollector(context: CollectContext): Collector {
  const stopping = new AbortController()
  const { signal } = stopping
  const loops = [
    ...context.sources
      .filter((source) => isPolled(source, context))
      .map((source) => runSourceLoop(source, context, signal)),
    ...context.notifiers.map((notifier) => runOutbox(notifier, context, signal)),
    runTicks(context, signal),
    runJobs(context, signal),
    runWorkLoops(context, signal),
    runTaps(context, signal),
    tellHeld(context),
  ]
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}
