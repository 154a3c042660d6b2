export const SUBJECT_KINDS = ['queue', 'emails', 'service', 'source', 'metric'] as const

/** What a finding is about. */
export interface Subject {
  readonly kind: (typeof SUBJECT_KINDS)[number]
  /** Queue name, e-mail failure reason, name of a service in the flow, source id, or series. */
  readonly id: string
}

/** Stable text form of a subject, e.g. `queue:orders-dlq`. */
export function subjectKey(subject: Subject): string {
  return `${subject.kind}:${subject.id}`
}

/** Figures behind a finding, in words and numbers that a person checks; flat so that it can be stored, frozen and compared. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>

/** What a detector holds to be wrong now. */
export interface Finding {
  readonly detector: string
  readonly subject: Subject
  readonly severity: 'bad' | 'unknown'
  /** One plain sentence without a time, e.g. `profile-created: 6 sent, 0 processed`. The page adds the time in the reader's zone. */
  readonly title: string
  /** When the fault began as far as the evidence shows, epoch ms. */
  readonly sinceMs: number
  readonly evidence: Evidence
}
