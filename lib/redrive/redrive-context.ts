import { awsReach, type AwsReach } from '#lib/aws/places.ts'
import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { CallSlots } from './call-slots.ts'
import type { Tx } from '#lib/store/db.ts'

/** What SQS is asked with. */
export interface QueueAccess {
  /** A call goes to the place of its queue. */
  readonly aws: AwsReach
  /** Aborted at shutdown and when the lease is lost. */
  readonly signal: AbortSignal
  /** Counts an upstream call. */
  readonly countCall: (service: string, operation: string) => void
  /** Lets no more than so many requests be under way at once; without, any number. */
  readonly slots?: CallSlots
}

/** The places of the settings, for whoever makes a context. */
export function reachOf({ env, settings }: { readonly env: Env; readonly settings: Settings }): AwsReach {
  return awsReach(env, settings)
}

/** All that a redrive or a re-sync works with, handed in by whoever runs it. */
export interface RedriveContext extends QueueAccess {
  readonly settings: Settings
  /** Goes along with the calls of a re-sync by HTTP. */
  readonly resyncToken?: string | undefined
  readonly nowMs: () => number
  /** Runs a transaction under the lease: it throws, and keeps nothing, when the lease is another's. */
  readonly commit: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Tells live topics that are stale while a step goes on. */
  readonly publish: (topics: readonly string[]) => void
}

/** What a step did. */
export interface Stepped {
  /** Nothing is left to be done by a process. */
  readonly isOver: boolean
  /** How long to wait before the next step, ms. */
  readonly waitMs: number
  /** Live topics that are stale now. */
  readonly topics: readonly string[]
}
