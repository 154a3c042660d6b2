/** Where a notification stands. `accepted` = handed to the mail service; `delivered` = the recipient's server took it. */
export const OUTCOME_STATUSES = ['scheduled', 'accepted', 'delivered', 'failed', 'deleted'] as const
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number]

/** Why an e-mail failed; `none` for every other status. */
export const OUTCOME_REASONS = [
  'none',
  'no_email_address',
  'bounce_permanent',
  'bounce_transient',
  'bounce_undetermined',
  'complaint',
  'missed_schedule',
  'other',
] as const
export type OutcomeReason = (typeof OUTCOME_REASONS)[number]

/** Why an e-mail is not out now: the reason of its failure, or that it is still scheduled though its time is over, which no event says. */
export type OpenReason = OutcomeReason | 'overdue'

/** The e-mail went out to an address and did not stay there. */
export const BOUNCE_REASONS = [
  'bounce_permanent',
  'bounce_transient',
  'bounce_undetermined',
  'complaint',
] as const satisfies readonly OutcomeReason[]

/**
 * One event about one notification, with personal data already dropped (only the mail domain of an address remains).
 * The same notification id comes again when it is re-sent; the same event can come again with at-least-once delivery.
 */
export interface OutcomeEvent {
  /** Identity of the event itself: equal for a redelivery, different for every real change. */
  readonly eventKey: string
  readonly notificationId: string
  readonly status: OutcomeStatus
  readonly reason: OutcomeReason
  /** Sub-type of the reason in the upstream's words, e.g. `MailboxFull`; null when none. */
  readonly reasonDetail: string | null
  readonly rawStatus: string
  readonly rawDetail: string | null
  readonly order: OutcomeOrder
  /** Facts about the notification; null where this event does not tell them (an SES event knows neither office nor type). */
  readonly facts: OutcomeFacts | null
  /** When Spillway took it in, epoch ms. */
  readonly observedAtMs: number
}

/**
 * The total order of events of one notification: by `atMs` (the latest of all moments that the event carries, never a planned one),
 * then SQS sequence number, then SQS sent timestamp, then the fixed rank of statuses, then the event key.
 */
export interface OutcomeOrder {
  readonly atMs: number
  /** SequenceNumber of a FIFO queue, as a decimal string of up to 38 digits; null without one. */
  readonly sequence: string | null
  readonly sentTimestampMs: number | null
}

/** What is told about the notification besides its status. */
export interface OutcomeFacts {
  readonly notificationType: string
  readonly isOnboarding: boolean
  /** False for in-app messages, which are kept out of every count of e-mails. */
  readonly isEmail: boolean
  /** The person's reference; null for none. */
  readonly personRef: string | null
  /** A test user (reference starting with `-`): left out of every count. */
  readonly isTest: boolean
  /** Sent to a local office, not to the person: left out of the count of people. */
  readonly isLocalOffice: boolean
  readonly contactDomain: string | null
  readonly localOffice: string | null
  readonly programmeNumber: string | null
  /** When it was (or, while scheduled, will be) sent, epoch ms. */
  readonly sentAtMs: number | null
  readonly lastRetryMs: number | null
}
