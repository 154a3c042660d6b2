import 'server-only'
import type { Logger } from 'pino'
import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { AnyDetector } from '#lib/detect/define-detector.ts'
import type { Notifier } from '#lib/notify/define-notifier.ts'
import type { Source } from '#lib/sources/define-source.ts'
import type { Db } from '#lib/store/db.ts'
import type { ChangeLog } from './change-log.ts'

/** All that collecting works with, handed in so that two collectors can run beside each other in one process. */
export interface CollectContext {
  readonly sources: readonly Source[]
  readonly detectors: readonly AnyDetector[]
  readonly notifiers: readonly Notifier[]
  readonly env: Env
  readonly settings: Settings
  /** Runs work on the store; throws an error for which `isStoreUnavailable` holds while it does not answer. */
  readonly withStore: <T>(work: (db: Db) => Promise<T>) => Promise<T>
  readonly publish: (topics: readonly string[]) => void
  readonly log: Logger
  readonly changes: ChangeLog
  /** Unlike that of any other collector, also of one in the same process. */
  readonly holder: string
  readonly nowMs: () => number
}

/** True when there is something to poll: the source is configured, and its readings are fetched and not sent. */
export function isPolled(source: Source, { env, settings }: Pick<CollectContext, 'env' | 'settings'>): boolean {
  return source.missing(env, settings) === null && source.isPushed?.(settings) !== true
}
