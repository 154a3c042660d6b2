import type { Alarm } from './alarm.ts'
import type { GapReason } from './gap.ts'
import type { Mark, Profile } from './mark.ts'
import type { OutcomeEvent } from './outcome.ts'
import type { Queue } from './queue.ts'
import type { Sample } from './sample.ts'
import type { SourceAddress } from './source-address.ts'

/** A message that could not be understood; its body is kept encrypted until a person decides. */
export interface Unreadable {
  readonly messageId: string
  readonly body: string
  /** Which field is wrong and how, in one sentence; no personal data. */
  readonly reason: string
  /** SequenceNumber of a FIFO queue; without one absent or null. */
  readonly sequence?: string | null
  /** When the queue took it, epoch ms; absent or null where no queue did. */
  readonly sentTimestampMs?: number | null
}

/** Depth of one queue at one moment, in messages. */
export interface QueueDepth {
  readonly queue: string
  readonly atMs: number
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** Traffic of one queue in one CloudWatch period that is complete. Counts in messages. */
export interface QueueFlow {
  readonly queue: string
  /** Start of the period, epoch ms. */
  readonly atMs: number
  readonly periodSeconds: number
  readonly sent: number
  readonly received: number
  readonly deleted: number
  /** Seconds; null where CloudWatch gives none (an empty or inactive queue). */
  readonly oldestAgeSeconds: number | null
}

/** Everything that a source can tell. `isBackfill` marks history: it is stored and drawn, but nobody is alerted about it. */
export type Reading =
  | {
      readonly kind: 'queues'
      readonly atMs: number
      readonly queues: readonly Queue[]
      /** True when the list is complete: queues not on it are gone. */
      readonly isComplete: boolean
    }
  | { readonly kind: 'depths'; readonly depths: readonly QueueDepth[] }
  | { readonly kind: 'flows'; readonly flows: readonly QueueFlow[]; readonly isBackfill: boolean }
  | { readonly kind: 'samples'; readonly samples: readonly Sample[]; readonly isBackfill: boolean }
  | {
      readonly kind: 'alarms'
      readonly atMs: number
      readonly alarms: readonly Alarm[]
      /** Names of those that could not be read now: they stay as they were. All others are gone. */
      readonly unread?: readonly string[]
    }
  | { readonly kind: 'outcomes'; readonly events: readonly OutcomeEvent[]; readonly isBackfill: boolean }
  | { readonly kind: 'profiles'; readonly profiles: readonly Profile[]; readonly isBackfill: boolean }
  | { readonly kind: 'addresses'; readonly addresses: readonly SourceAddress[] }
  | { readonly kind: 'marks'; readonly marks: readonly Mark[]; readonly isBackfill: boolean }
  | { readonly kind: 'unreadable'; readonly messages: readonly Unreadable[] }
  /** A part of the source that could not be read while the rest could; the whole source failing is a thrown `SourceError`. */
  | {
      readonly kind: 'gap'
      readonly scope: string
      readonly reason: GapReason
      readonly message: string
      readonly atMs: number
    }
