import type { Truth } from './truth.ts'

/** The figures that a message gives: the same that the incident's snapshot froze, so that its link can show them. */
export interface ToldFigures {
  readonly atMs: number
  /** One plain sentence, e.g. `37 people are without their onboarding e-mail.` */
  readonly headline: string
  readonly people: { readonly without: number | null; readonly sinceIncident: number | null }
  readonly queues: readonly {
    readonly name: string
    readonly label: string
    readonly sent: number | null
    readonly deleted: number | null
    readonly dlq: number | null
  }[]
  readonly findings: readonly { readonly title: string; readonly sinceMs: number }[]
}

/** The one message of an incident as it is to read now. A later card takes the place of an earlier one. */
export interface IncidentCard {
  readonly kind: 'card'
  readonly incident: number
  readonly title: string
  readonly state: 'open' | 'acknowledged' | 'resolved'
  readonly severity: 'low' | 'high' | 'critical'
  /** Since when Spillway cannot see what is the matter, epoch ms; null while it sees. Then the message claims no other state. */
  readonly blindSinceMs: number | null
  /** When the fault began as far as the evidence shows, epoch ms. */
  readonly sinceMs: number
  readonly openedMs: number
  readonly acknowledged: { readonly atMs: number; readonly by: string } | null
  /** `by` is a person's name, or `spillway` where the evidence closed it. */
  readonly resolved: { readonly atMs: number; readonly by: string } | null
  readonly figures: ToldFigures
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
