import type { IncidentSeverity, IncidentState } from './incident.ts'
import type { Truth } from './truth.ts'

/** Kinds of rows in the outbox: the one message of an incident, a change of it, and a reply below it. */
export const OUTBOX_KINDS = ['root', 'update', 'thread'] as const
export type OutboxKind = (typeof OUTBOX_KINDS)[number]

/**
 * What a message about an incident says, without the words of any channel. A channel renders it purely: all figures are in the texts,
 * as they were when the row was written.
 */
export interface SlackMessagePayload {
  /** Number of the incident. It travels as the message's metadata, so that a message whose answer was lost is found again. */
  readonly incident: number
  /** Equal to the row's key: tells replies below one message apart. */
  readonly key: string
  /** `INC-7 · profile-created: 38 sent, 0 processed since 14:21 · 64 people without their onboarding e-mail`. */
  readonly headline: string
  /** Further lines in plain words; often empty. */
  readonly lines: readonly string[]
  readonly truth: Truth
  readonly state: IncidentState
  readonly severity: IncidentSeverity
  /** The moment that the link leads to: `/i/INC-7?from=…&to=…`; `toMs` is the snapshot's. */
  readonly link: { readonly name: string; readonly fromMs: number; readonly toMs: number }
}
