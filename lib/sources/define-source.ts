import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { GapReason } from '#lib/domain/gap.ts'
import type { Queue } from '#lib/domain/queue.ts'
import type { Reading } from '#lib/domain/reading.ts'

/** Where a source left off. Plain JSON, stored in the same transaction as the readings that it covers. */
export type Cursor = Readonly<Record<string, unknown>>

export interface PollContext {
  readonly env: Env
  readonly settings: Settings
  /** What this source returned as its cursor after its last committed poll; null at the very first. */
  readonly cursor: Cursor | null
  /** The inventory as last stored, for sources that ask about queues by name. */
  readonly queues: readonly Queue[]
  readonly nowMs: () => number
  /** Aborted at shutdown and when the lease is lost: pass it to every upstream call. */
  readonly signal: AbortSignal
  /** Counts an upstream call, e.g. `countCall('sqs', 'GetQueueAttributes')`. */
  readonly countCall: (service: string, operation: string) => void
}

export interface PollResult {
  readonly readings: readonly Reading[]
  readonly cursor: Cursor | null
  /** More is waiting upstream (history to fetch, a full batch): poll again at once instead of waiting for the beat. */
  readonly hasMore?: boolean
  /** Something that this source depends on is not there yet: poll again so many seconds after the start of this poll, never later than its beat. */
  readonly againSeconds?: number
  /** Runs after the readings are committed, e.g. deletes the messages. If it fails or never runs, the source gives the same readings again. */
  readonly afterCommit?: () => Promise<void>
}

/** A source: one file, one line in index.ts. Settings validation, the settings page, health and the documentation derive from it. */
export interface Source {
  readonly id: string
  readonly title: string
  /** What is seen with it, for the page when it is not connected. */
  readonly teaches: string
  /** What Spillway's role or token must be allowed to do for this source and nothing more, e.g. `sqs:ListQueues`. */
  readonly permissions: readonly string[]
  /** True for one that only some teams need: nobody is told that it is not connected. */
  readonly isOptional?: boolean
  /** Null when it is configured; else one line that names the missing setting and says how to set it. */
  readonly missing: (env: Env, settings: Settings) => string | null
  /** Seconds from the start of one poll to the start of the next; 0 for a long poll that follows at once. */
  readonly everySeconds: (settings: Settings) => number
  /** True when the readings are sent to Spillway instead of being fetched: there is nothing to poll and silence is no failure. */
  readonly isPushed?: (settings: Settings) => boolean
  /**
   * Reads upstream. Throws `SourceError` when all of it failed; a part that failed is a `gap` reading, told again by every poll while it
   * lasts: the first good poll that does not tell it ends it.
   */
  readonly poll: (context: PollContext) => Promise<PollResult>
}

export function defineSource(source: Source): Source {
  return source
}

/** A poll that failed as a whole. Becomes a stored gap. */
export class SourceError extends Error {
  readonly reason: GapReason

  constructor(reason: GapReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SourceError'
    this.reason = reason
  }
}
