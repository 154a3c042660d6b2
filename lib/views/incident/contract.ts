import { z } from 'zod'
import type { IncidentFigures } from '#lib/domain/incident-figures.ts'
import type { IncidentDurations, StoryLine } from '#lib/domain/incident-story.ts'
import type { IncidentSeverity, IncidentState } from '#lib/domain/incident.ts'
import type { Truth } from '#lib/domain/truth.ts'
import type { ResyncProof, ResyncState } from '#lib/domain/resync.ts'
import type { CausePart } from '#lib/views/cause.ts'
import { defineView } from '#lib/views/define-view.ts'
import type { HealOffer } from '#lib/views/heal-offers.ts'
import type { NamedQueue, RedriveRow } from '#lib/views/redrive-rows.ts'
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
  /** Why they remain though the fault is over, in words: `no e-mail address in the source`, `the e-mail went out and bounced`. Null otherwise. */
  readonly note: string | null
}

export interface IncidentPeople {
  readonly affected: number
  /** Still without, and not known why from outside of the incident. */
  readonly remaining: number
  /** Without no longer, and no e-mail is known to have gone out yet. */
  readonly pending: number
  /** Still without, for a reason outside of it. */
  readonly excused: number
  /** Those of `excused` whose e-mail went out and bounced; of the others the source has no address. */
  readonly bounced: number
  /** Those without first; at most 500. */
  readonly rows: readonly AffectedRow[]
  /** People beyond those; 0 where all are listed. */
  readonly left: number
}

/** Done by whom and when; `by` is a person's name, or `spillway`. */
export interface DoneBy {
  readonly atMs: number
  readonly by: string
}

/** Why messages of one queue are stuck, as far as they tell. */
export interface IncidentCause extends CausePart {
  readonly queue: NamedQueue
}

/** A queue of the flow whose messages are with a consumer now: whether they are processed or lost is not known yet. */
export interface UndecidedQueue {
  readonly queue: NamedQueue
  readonly inFlight: number
}

/** A re-sync in the incident that it heals. */
export interface ResyncRow {
  /** `RS-3`. */
  readonly name: string
  readonly state: ResyncState
  /** What is proven of it, in one sentence. */
  readonly words: string
  readonly proof: ResyncProof
  readonly startedBy: string
  readonly startedMs: number
  readonly endedMs: number | null
  /** What keeps it from going on at the moment; null while nothing does. */
  readonly trouble: string | null
}

/** What can be done about the incident, and what was. */
export interface IncidentHealing {
  /** Queues out of which messages can be moved now; empty once it is resolved. */
  readonly offers: readonly HealOffer[]
  /** The newest first. */
  readonly redrives: readonly RedriveRow[]
  readonly resyncs: readonly ResyncRow[]
  /** A queue is configured by which people's data are asked for again. */
  readonly isResyncSet: boolean
  /** People who would be asked for again now. */
  readonly peopleToAsk: number
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
  /** Zone of the times inside `figuresThen.headline`: what was told stands word for word. */
  readonly toldTimeZone: string
  /** True where the link named a moment. */
  readonly isMoment: boolean
  readonly figuresNow: IncidentFigures
  readonly people: IncidentPeople
  readonly findings: readonly IncidentFindingRow[]
  /** Deploys, releases and the like from half an hour before it began. */
  readonly marks: readonly MarkPoint[]
  /** Of the queues at which messages are lost; empty for an incident without one. */
  readonly causes: readonly IncidentCause[]
  /** Queues of the flow with messages in flight while no queue is known to lose any; empty once one is, or it is resolved. */
  readonly undecided: readonly UndecidedQueue[]
  readonly healing: IncidentHealing
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
  topics: ['incidents', 'findings', 'emails', 'queues', 'sources', 'marks', 'redrives', 'looks'],
  discloses: true,
})
