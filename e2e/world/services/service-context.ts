import type { SQSClient } from '@aws-sdk/client-sqs'

import type { Durations } from '#world/durations.ts'
import type { Faults } from '#world/faults.ts'
import type { QueueUrls } from '#world/queues.ts'
import type { Random } from '#world/random.ts'
import type { WorldRecord } from '#world/record.ts'
import type { RequestLog } from '#world/request-log.ts'
import type { Timers } from '#world/timers.ts'

export type ServiceName = 'details' | 'sync' | 'core-sync' | 'notifications' | 'ses' | 'infrastructure'

/** How many of a hundred people or mails are out of the ordinary, each between 0 and 1. */
export interface Shares {
  readonly noAddress: number
  readonly testUser: number
  /** Mails that bounce for good in ordinary times. */
  readonly bounce: number
  /** New people who get a second, planned e-mail. */
  readonly scheduled: number
  /** New people for whom an in-app note and a mail to the local office are written too: neither is an onboarding e-mail. */
  readonly aside: number
}

/** What every simulated service stands on. */
export interface ServiceContext {
  readonly queues: QueueUrls
  readonly durations: Durations
  readonly shares: Shares
  readonly random: Random
  readonly record: WorldRecord
  readonly faults: Faults
  readonly timers: Timers
  readonly log: RequestLog
  readonly signal: AbortSignal
  /** An SQS client that signs as this service, so that the request log tells services and Spillway apart. */
  connect(service: ServiceName): SQSClient
  /** Tells Sentry, as the service's own SDK would. */
  reportError(service: ServiceName, error: unknown): void
  /** A line of the service's log, which nobody reads: that is part of the story. */
  say(service: ServiceName, level: 'info' | 'error', text: string): void
}
