import { z } from 'zod'
import type { IncidentSeverity, IncidentState } from '#lib/domain/incident.ts'
import type { Truth } from '#lib/domain/truth.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { PageBase } from '#lib/views/shared.ts'

/** An incident in a list. */
export interface IncidentRow {
  readonly number: number
  /** `INC-7`. */
  readonly name: string
  readonly title: string
  readonly truth: Truth
  readonly state: IncidentState
  readonly severity: IncidentSeverity
  readonly sinceMs: number
  readonly openedMs: number
  readonly resolvedMs: number | null
  /** Name of the person; null while nobody has. */
  readonly acknowledgedBy: string | null
  /** Name of the person, or `spillway`; null while it is open. */
  readonly resolvedBy: string | null
  readonly peopleAffected: number
  /** What evidence has yet to show before it ends; null once resolved. */
  readonly waitingFor: string | null
  readonly href: string
}

export interface Incidents extends PageBase {
  /** The longest first. */
  readonly open: readonly IncidentRow[]
  /** The newest first; at most 100. */
  readonly resolved: readonly IncidentRow[]
}

export const incidentsView = defineView<Incidents>()({
  name: 'incidents',
  audience: 'viewer',
  params: z.strictObject({}),
  topics: ['incidents', 'sources'],
})
