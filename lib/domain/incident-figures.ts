/** The figures of an incident as they were told at a moment. Plain JSON, frozen with the message that carries them. */
export interface IncidentFigures {
  readonly atMs: number
  /** The sentence that the message says, word for word. */
  readonly headline: string
  readonly people: {
    /** Everybody who is known to be without their e-mail; null where nothing is known of e-mails. */
    readonly without: number | null
    /** Those of them who are so because of this incident, but for `excused`. */
    readonly sinceIncident: number
    /** Everybody whom the incident affected, healed or not. */
    readonly affected: number
    /** Those who are without no longer and of whom no e-mail is known to have gone out yet. */
    readonly pending?: number
    /** Those who remain without for a reason outside of it: the source has no e-mail address of theirs, or the e-mail bounced. */
    readonly excused?: number
    /** Those of `excused` whose e-mail went out and bounced. */
    readonly bounced?: number
    /** Messages for new profiles that were not processed, less those named: people who can be counted only. Absent where there is nothing to count. */
    readonly countable?: number
  }
  readonly queues: readonly IncidentQueueFigures[]
  readonly findings: readonly { readonly title: string; readonly sinceMs: number }[]
}

/** Messages of a queue since the incident began, without those that Spillway itself moved; null = not known, never zero. */
export interface IncidentQueueFigures {
  readonly name: string
  readonly label: string
  readonly sent: number | null
  readonly deleted: number | null
  /** Messages in its dead-letter queue now; null where it has none or it was never read. */
  readonly dlq: number | null
}
