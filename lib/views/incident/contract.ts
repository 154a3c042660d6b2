import { z } from 'zod'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import type { IncidentDurations, StoryLine } from '#lib/domain/incident-story.ts'
import type { IncidentSeverity, IncidentState } from '#lib/domain/incident.ts'
import type { Truth } from '#lib/domain/truth.ts'
import { defineView, type ResultOf } from '#lib/views/define-view.ts'
import type { FindingRow, MarkPoint, PageBase } from '#lib/views/shared.ts'

/** A finding that the incident is made of; `closedMs` null while it holds. */
export interface IncidentFindingRow extends FindingRow {
  readonly closedMs: number | null
  readonly joinedMs: number
}

/** A person whom the incident affected. */
export interface AffectedRow {
  /** Reference of the person; masked for viewers and responders. */
  readonly ref: string
  readonly sinceMs: number
  /** When the e-mail went out that ended it; null while they are without. */
  readonly healedMs: number | null
  /** Why they remain though the fault is over, in words: `no e-mail address in the source`. Null otherwise. */
  readonly note: string | null
}

export interface IncidentPeople {
  readonly affected: number
  /** Still without, and not known why from outside of the incident. */
  readonly remaining: number
  /** Still without, since the source has no address of theirs. */
  readonly excused: number
  /** Those without first; at most 500. */
  readonly rows: readonly AffectedRow[]
}

/** Done by whom and when; `by` is a person's name, or `spillway`. */
export interface DoneBy {
  readonly atMs: number
  readonly by: string
}

export interface IncidentPage extends PageBase {
  readonly number: number
  /** `INC-7`. */
  readonly name: string
  readonly title: string
  readonly truth: Truth
  readonly state: IncidentState
  readonly severity: IncidentSeverity
  readonly isBlind: boolean
  readonly service: string | null
  readonly sinceMs: number
  readonly openedMs: number
  readonly acknowledged: DoneBy | null
  readonly resolved: DoneBy | null
  readonly healingMs: number | null
  /** What evidence has yet to show before it ends; null once resolved. */
  readonly waitingFor: string | null
  readonly durations: IncidentDurations
  /** `Noticed after 4 min, acknowledged 2 min later, over after 1 h 12 min; 64 people affected.` */
  readonly summary: string
  /** The timeline, oldest first. */
  readonly story: readonly StoryLine[]
  /** The figures as they were told at the moment that the link names, or first; null before any were told. */
  readonly figuresThen: IncidentFigures | null
  /** True where the link named a moment. */
  readonly isMoment: boolean
  readonly figuresNow: IncidentFigures
  readonly people: IncidentPeople
  readonly findings: readonly IncidentFindingRow[]
  /** Deploys, releases and the like from half an hour before it began. */
  readonly marks: readonly MarkPoint[]
}

const moment = z.coerce.number().int().min(0).max(8.64e15)

export const incidentView = defineView<IncidentPage>()({
  name: 'incident',
  audience: 'viewer',
  params: z.strictObject({
    name: z.string().regex(/^inc-[1-9]\d{0,8}$/i, 'is not the name of an incident such as INC-7'),
    from: moment.optional(),
    to: moment.optional(),
  }),
  topics: ['incidents', 'findings', 'emails', 'queues', 'sources', 'marks', 'redrives'],
})
export type IncidentView = ResultOf<typeof incidentView>
