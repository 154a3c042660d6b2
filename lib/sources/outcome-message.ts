import type { Settings } from '#lib/config/settings.ts'
import type { OutcomeEvent } from '#lib/domain/outcome.ts'
import type { Unreadable } from '#lib/domain/reading.ts'

/** An outcome as it came, over whatever transport. */
export interface OutcomeMessage {
  /** Identity of the message in its transport; names it in quarantine. */
  readonly messageId: string
  readonly body: string
  /** SequenceNumber of a FIFO queue; null without one. */
  readonly sequence: string | null
  /** When the queue took it, epoch ms; null where no queue did. */
  readonly sentTimestampMs: number | null
}

type OutcomeSettings = NonNullable<Settings['sources']['email-outcomes']>

export interface OutcomeParsing
  extends Pick<OutcomeSettings, 'sentMeans' | 'onboardingTypes'>, Partial<Pick<OutcomeSettings, 'statuses'>> {
  readonly observedAtMs: number
}

/** What became of a message: an event, or the reason why it cannot be understood. Nothing is ever dropped. */
export type ParsedOutcome =
  | { readonly kind: 'event'; readonly event: OutcomeEvent }
  | { readonly kind: 'unreadable'; readonly unreadable: Unreadable }

/** What an event could not be made from, in one sentence; holds no personal data. */
export class NotUnderstood extends Error {}
