import type { Finding, Subject } from '#lib/domain/finding.ts'
import type { OutcomeReason, OutcomeStatus } from '#lib/domain/outcome.ts'
import type { EmailSegments } from './segments.ts'

/** What detectors are told, in the order in which it was committed. `isBackfill`: history; learned from, never alerted about. */
export type DetectEvent =
  | {
      readonly kind: 'depth'
      readonly atMs: number
      readonly queue: string
      readonly visible: number
      readonly inFlight: number
      /** Source queues whose RedrivePolicy names this queue. */ readonly deadLetterOf: readonly string[]
    }
  | {
      readonly kind: 'flow'
      readonly atMs: number
      readonly queue: string
      readonly label: string
      readonly periodSeconds: number
      /** Without what Spillway itself did. */
      readonly sent: number
      readonly received: number
      readonly deleted: number
      /** Messages that Spillway sent in it after it had changed them; whoever deletes them shows nothing of how others fare. */
      readonly sentChanged: number
      readonly isBackfill: boolean
    }
  | {
      readonly kind: 'outcome'
      /** When it happened, by the event itself. */
      readonly atMs: number
      /** When Spillway took it in; of history the same as `atMs`, unless that lies in the future. */
      readonly seenMs: number
      readonly notificationId: string
      readonly status: OutcomeStatus
      readonly reason: OutcomeReason
      /** When it is planned for while it is scheduled; null else. */
      readonly dueMs: number | null
      /** When it was last sent, by the event's own facts; null where that is not told. */
      readonly sentMs: number | null
      /** State before this event; null for a new id. */ readonly before: {
        readonly status: OutcomeStatus
        readonly reason: OutcomeReason
        readonly dueMs: number | null
      } | null
      readonly isOnboarding: boolean
      readonly segments: EmailSegments
      readonly isBackfill: boolean
    }
  | {
      readonly kind: 'errors'
      readonly atMs: number
      readonly service: string
      /** Errors that Sentry counted in the last hour. */ readonly errors: number
      /** Errors of a usual hour; null while too little is known, or where they are too few to be compared. */
      readonly usualErrors: number | null
      /** First minute of that hour with an error, epoch ms; null without any. */ readonly firstMs: number | null
    }
  | {
      readonly kind: 'source'
      readonly atMs: number
      readonly source: string
      readonly title: string
      readonly isOk: boolean
      /** Start of the present silence; null while it answers. */ readonly failingSinceMs: number | null
      readonly reason: string | null
      readonly everySeconds: number
    }
  | {
      /** A reading of a series that the settings name. */
      readonly kind: 'metric'
      readonly atMs: number
      readonly series: string
      readonly label: string
      readonly value: number
      readonly isBackfill: boolean
    }
  | { readonly kind: 'tick'; readonly atMs: number }

/**
 * A detector: pure and streaming. State in, event in; state and the finding that holds now out. The state is plain JSON and is stored
 * in the transaction that stores what the event tells; the same code runs live, in a backtest and in the benchmark.
 */
export interface Detector<S> {
  readonly id: string
  readonly title: string
  /** What it says and when, in one sentence for the settings page. */
  readonly rule: string
  /** True when the passing of time alone can change its verdict: ticks then go to every subject that it knows. */
  readonly isTimed?: boolean
  /** The subjects whose states an event concerns; none when it says nothing to this detector. */
  readonly subjectsOf: (event: Exclude<DetectEvent, { kind: 'tick' }>) => readonly Subject[]
  readonly initial: () => S
  readonly examine: (state: S, event: DetectEvent, subject: Subject) => Examined<S>
}

export interface Examined<S> {
  readonly state: S
  /** The finding that holds; null when evidence shows that none does; 'unchanged' when this event tells nothing either way. */
  readonly finding: Finding | null | 'unchanged'
}

/** A detector with its state's type hidden, as the registry holds it. */
export type AnyDetector = Detector<unknown>

export function defineDetector<S>(detector: Detector<S>): AnyDetector {
  // The registry hands each detector only states that the same detector returned or made by `initial`.
  return detector as AnyDetector
}
