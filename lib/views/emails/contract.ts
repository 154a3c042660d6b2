import { z } from 'zod'
import { defineView } from '#lib/views/define-view.ts'
import { RANGES } from '#lib/views/queue/contract.ts'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import type { PeopleWithout } from '#lib/views/overview/contract.ts'
import type { ChartData, FindingRow, PageBase } from '#lib/views/shared.ts'

export interface ReasonRow {
  readonly reason: string
  /** In words: `no e-mail address`. */
  readonly label: string
  readonly open: number
  readonly share: number
}

/** A person without their e-mail. `ref` is masked for viewers and responders. */
export interface PersonRow {
  /** Names them in addresses, and tells nobody who it is. */
  readonly key: string
  readonly ref: string
  readonly why: string
  readonly notificationType: string | null
  readonly localOffice: string | null
  readonly sinceMs: number
}

/** E-mails of an office, a type or a mail domain: those of the range that had a chance to fail. */
export interface SegmentShare {
  readonly value: string
  readonly label: string
  readonly total: number
  readonly failed: number
  /** Failed now, however long ago. */
  readonly open: number
  /** Of the range, 0 to 1; null without any e-mail. */
  readonly share: number | null
  /** In the 28 days before; null where nothing is known of them. */
  readonly usual: number | null
  /** More fails than is usual for it, beyond chance. */
  readonly isUnusual: boolean
  /** And more than elsewhere at the same time: this is where it is. */
  readonly standsOut: boolean
}

export interface SegmentTable {
  readonly kind: 'office' | 'type' | 'domain'
  readonly rows: readonly SegmentShare[]
  readonly leftOut: number
}

/** A stage on the road of a profile to its e-mail. Counts of the range; null = not known, never zero. */
export interface JourneyStage {
  readonly kind: 'profiles' | 'queue' | 'emails'
  readonly label: string
  /** The service that reads the queue; null where none is named. */
  readonly service: string | null
  readonly in: number | null
  readonly out: number | null
  /** Where messages get lost: `tis-trainee-sync: 41 in, 0 out since 13 Aug 10:09`. */
  readonly leak: string | null
  /** Set where the counts end before now: since when it is not seen. */
  readonly unknownSinceMs: number | null
  /** Set where the counts begin later than the range: nothing is known of the time before. */
  readonly knownSinceMs: number | null
  readonly href: string | null
}

export interface Emails extends PageBase {
  readonly people: PeopleWithout
  readonly findings: readonly FindingRow[]
  /** Open incidents that leave people without, also while no e-mails fail at the moment. */
  readonly incidents: readonly IncidentRow[]
  /** Onboarding e-mails whose last change lies in the range, by what they are now; `recovered` had failed before. */
  readonly totals: {
    readonly delivered: number
    readonly accepted: number
    readonly failed: number
    readonly scheduled: number
    readonly recovered: number
  }
  /** Range's notifications by hour or day of their last change: delivered, accepted, failed. */
  readonly chart: ChartData
  /** Open failures of onboarding e-mails by reason, most first; `share` of all of them, 0 to 1. */
  readonly reasons: readonly ReasonRow[]
  readonly segments: readonly SegmentTable[]
  /** Failed now; and of the range those that went out after a failure, with the time that half of them took at most, ms. */
  readonly recovery: { readonly open: number; readonly recovered: number; readonly medianMs: number | null }
  readonly journey: readonly JourneyStage[]
  /** At most 12 people, longest without first; `peopleLeftOut` counts the rest. */
  readonly persons: readonly PersonRow[]
  readonly peopleLeftOut: number
  /** Messages that were not understood and wait in quarantine. */
  readonly quarantined: number
  readonly lastEventMs: number | null
  /** Whether the outcome of any onboarding e-mail is known: without one no zero of these figures says anything. */
  readonly hasOutcomes: boolean
  readonly isConnected: boolean
}

export const emailsView = defineView<Emails>()({
  name: 'emails',
  audience: 'viewer',
  params: z.strictObject({ range: z.enum(RANGES).default('24h') }),
  topics: ['emails', 'findings', 'incidents', 'sources', 'marks'],
  discloses: true,
})
