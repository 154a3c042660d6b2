import 'server-only'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { getEnv } from '#lib/config/env.ts'
import { loadSettings } from '#lib/config/load-settings.ts'
import { getLog } from '#lib/config/log.ts'
import { singleton } from '#lib/config/singleton.ts'
import { AppError } from '#lib/domain/errors.ts'
import { detectorsFor } from '#lib/detect/index.ts'
import { closeLive, publish } from '#lib/live/bus.ts'
import { closeStreams } from '#lib/live/stream.ts'
import { notifiers } from '#lib/notify/index.ts'
import { sources } from '#lib/sources/index.ts'
import { closeDb } from '#lib/store/db.ts'
import { withStore } from '#lib/store/outage.ts'
import { createChangeLog } from './change-log.ts'
import type { CollectContext } from './collect-context.ts'
import { createCollector, type Collector } from './collector.ts'
import { shutDownOnSignals } from './shut-down.ts'

/**
 * Starts what this process does besides answering requests, once a process however often it is called: reading sources unless SPILLWAY_ROLE
 * is `web`, and the orderly end on SIGTERM and SIGINT. Returns at once; a store that is not there yet is waited for.
 * Ends the process when another one has the embedded store open, since both would destroy it.
 */
export function startCollecting(): void {
  singleton('collecting', () => {
    const context = contextOf()
    const collector = collectsHere(context) ? createCollector(context) : null
    shutDownOnSignals(() => endProcess(collector), context.log)
    refuseSecondProcess(context)
    return { collector }
  })
}

function contextOf(): CollectContext {
  const log = getLog()
  const { settings } = loadSettings()
  return {
    sources,
    detectors: detectorsFor(settings.detect),
    notifiers,
    env: getEnv(),
    settings,
    withStore,
    publish,
    log,
    changes: createChangeLog(log),
    holder: `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`,
    nowMs: () => Date.now(),
  }
}

function collectsHere({ env, settings, log }: CollectContext): boolean {
  const { SPILLWAY_ROLE: role, DATABASE_URL: databaseUrl } = env
  if (role !== 'all' && databaseUrl === undefined)
    log.warn(`SPILLWAY_ROLE=${role} needs DATABASE_URL, which is not set: this process does all.`)
  if (role === 'web' && databaseUrl !== undefined) return false
  for (const source of sources) {
    const missing = source.missing(env, settings)
    if (missing !== null && source.isOptional !== true)
      log.info({ source: source.id }, `${source.title} is not read: ${missing}`)
  }
  for (const notifier of notifiers) {
    const missing = notifier.missing(env, settings)
    if (missing !== null) log.info({ notifier: notifier.id }, `Nobody is told by ${notifier.title}: ${missing}`)
  }
  return true
}

/** Streams first, since they would keep the server open; the store last, since loops give their leases back to it. */
async function endProcess(collector: Collector | null): Promise<void> {
  closeStreams()
  await collector?.stop()
  await closeLive()
  await closeDb()
}

function refuseSecondProcess({ log }: CollectContext): void {
  withStore(async () => {}).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'conflict') return
    log.fatal(error.message)
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
}
