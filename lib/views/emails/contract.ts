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
  readonly ref: string
  readonly why: string
  readonly notificationType: string | null
  readonly localOffice: string | null
  readonly sinceMs: number
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
  /** At most 100 people, longest without first; `peopleLeftOut` counts the rest. */
  readonly persons: readonly PersonRow[]
  readonly peopleLeftOut: number
  /** Messages that were not understood and wait in quarantine. */
  readonly quarantined: number
  readonly lastEventMs: number | null
  readonly isConnected: boolean
}

export const emailsView = defineView<Emails>()({
  name: 'emails',
  audience: 'viewer',
  params: z.strictObject({ range: z.enum(RANGES).default('24h') }),
  topics: ['emails', 'findings', 'incidents', 'sources', 'marks'],
})
