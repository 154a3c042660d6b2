import type { Env } from '#lib/config/env.ts'
import type { Settings } from '#lib/config/settings.ts'
import type { SlackMessagePayload } from '#lib/domain/slack-message.ts'

export type NotifierId = 'slack'

export interface NotifyContext {
  readonly env: Env
  readonly settings: Settings
  /** Aborted at shutdown and when the lease is lost: what is under way then may or may not have been carried out. */
  readonly signal: AbortSignal
  /** Counts an upstream call, e.g. `countCall('slack', 'chat.postMessage')`. */
  readonly countCall: (service: string, operation: string) => void
}

/** One message to be told, as the outbox keeps it. */
export interface Delivery {
  readonly kind: 'root' | 'update' | 'thread'
  /** Unlike that of any other message of this Spillway: what it is found by when it is not known whether it was told. */
  readonly dedupeKey: string
  readonly payload: SlackMessagePayload
  /** What the channel calls the incident's root message; null for the root itself. */
  readonly rootId: string | null
}

/** What the channel calls the message that was told. */
export interface Delivered {
  readonly externalId: string
  /** When, epoch ms, as the channel says; null for now. */
  readonly toldMs: number | null
}

/** A channel in which people are told: one file, one line in index.ts. The settings page, health and delivery derive from it. */
export interface Notifier {
  readonly id: NotifierId
  readonly title: string
  /** What its token must be allowed to do and nothing more, e.g. `chat:write`. */
  readonly permissions: readonly string[]
  /** Null when it is configured; else one line that names the missing setting and says how to set it. */
  readonly missing: (env: Env, settings: Settings) => string | null
  /** Where it tells, as people call it, e.g. `#incidents in Slack`. */
  readonly place: (settings: Settings) => string
  /** Tells it. Throws `NotifyError`. */
  readonly deliver: (delivery: Delivery, context: NotifyContext) => Promise<Delivered>
  /**
   * Looks whether it was told at `sinceMs` or later; null when it was not. An `update` can be told twice without harm and is never looked for.
   * Throws `NotifyError`.
   */
  readonly find: (delivery: Delivery, sinceMs: number, context: NotifyContext) => Promise<Delivered | null>
}

export function defineNotifier(notifier: Notifier): Notifier {
  return notifier
}

/**
 * What became of a call that failed. `unknown`: it may have been carried out. All others were not: `unreachable` never arrived, `busy` was
 * put off, `refused` is mended by a person, `gone` means that the message it belongs to is no more.
 */
export type NotifyFault = 'unknown' | 'unreachable' | 'busy' | 'refused' | 'gone'

/** `message` is plain English for a person, names what refused and the way out; it holds no secrets. */
export class NotifyError extends Error {
  readonly fault: NotifyFault
  /** Earliest time for another call, in ms from now; null where the channel did not say. */
  readonly retryAfterMs: number | null
  /** Every other message meets the same, e.g. a token that is not valid. */
  readonly isForAll: boolean

  constructor(
    fault: NotifyFault,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number; readonly isForAll?: boolean } = {},
  ) {
    super(message, options)
    this.name = 'NotifyError'
    this.fault = fault
    this.retryAfterMs = options.retryAfterMs ?? null
    this.isForAll = options.isForAll ?? (fault !== 'refused' && fault !== 'gone')
  }
}
