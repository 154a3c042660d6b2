import type { IncidentFigures } from './incident-figures.ts'
import type { IncidentSeverity, IncidentState } from './incident.ts'
import type { Truth } from './truth.ts'

/** The one message of an incident as it is to read now. A later card takes the place of an earlier one. */
export interface IncidentCard {
  readonly kind: 'card'
  readonly incident: number
  readonly title: string
  readonly state: IncidentState
  readonly severity: IncidentSeverity
  /** Since when Spillway cannot see what is the matter, epoch ms; null while it sees. Then the message claims no other state. */
  readonly blindSinceMs: number | null
  /** When the fault began as far as the evidence shows, epoch ms. */
  readonly sinceMs: number
  readonly openedMs: number
  readonly acknowledged: { readonly atMs: number; readonly by: string } | null
  /** `by` is a person's name, or `spillway` where the evidence closed it. */
  readonly resolved: { readonly atMs: number; readonly by: string } | null
  /** When the first part of it was over; null before. */
  readonly healingMs: number | null
  /** Frozen as the snapshot that the message's link leads to. */
  readonly figures: IncidentFigures
}

/** One entry of an incident's story, told below its message. */
export interface IncidentStory {
  readonly kind: 'story'
  readonly incident: number
  readonly atMs: number
  /** What the entry says of the state: bad news, good news, nothing known, being healed. Null for what is none of these, e.g. a note. */
  readonly truth: Truth | null
  /** A person's name, or `spillway`. */
  readonly actor: string
  readonly text: string
  /** Also shown in the channel itself; for worsening and the end only. */
  readonly isBroadcast: boolean
}

/** What the outbox keeps for Slack: plain JSON, what is to be said and not how. */
export type SlackMessagePayload = IncidentCard | IncidentStory
