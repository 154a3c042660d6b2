import type { Truth } from './truth.ts'

export const INCIDENT_STATES = ['open', 'acknowledged', 'resolved'] as const
export type IncidentState = (typeof INCIDENT_STATES)[number]

/** By the people known to be without their e-mail because of it: `low` nobody, `high` 1 to 24, `critical` 25 and more. */
export const INCIDENT_SEVERITIES = ['low', 'high', 'critical'] as const
export type IncidentSeverity = (typeof INCIDENT_SEVERITIES)[number]

/** People from whom on an incident is critical. */
const CRITICAL_PEOPLE = 25

/** Who acts where no person does. */
export const SPILLWAY = 'spillway'

/** One underlying fault, told as one thing however many findings it shows itself by. */
export interface Incident {
  readonly number: number
  /** What it is an incident of; at most one is open a cause. See `causeOf`. */
  readonly causeKey: string
  /** The service at which it shows first; null where none is known. */
  readonly service: string | null
  /** One plain sentence without a time: the title of its leading finding. */
  readonly title: string
  readonly state: IncidentState
  readonly severity: IncidentSeverity
  /** It is made of findings that say "we cannot see" alone. */
  readonly isBlind: boolean
  /** When the fault began as far as the evidence shows, epoch ms. */
  readonly sinceMs: number
  /** When Spillway noticed it. */
  readonly openedMs: number
  readonly acknowledgedMs: number | null
  /** Name of the person. */
  readonly acknowledgedBy: string | null
  readonly resolvedMs: number | null
  /** Name of the person, or `spillway` when evidence ended it. */
  readonly resolvedBy: string | null
  /** When the last of its findings was over: nothing is seen to be wrong, but it is not shown to be healed either. Null while one holds. */
  readonly healingMs: number | null
  /** What evidence has yet to show before it ends, e.g. `3 people are still without their onboarding e-mail`; null once resolved. */
  readonly waitingFor: string | null
  /** People who were or became without their e-mail since it began, healed or not. */
  readonly peopleAffected: number
  readonly updatedMs: number
  /** Rises with every change; a conditional update names the one that it read. */
  readonly version: number
}

/** Kinds of timeline entries. */
export const ENTRY_KINDS = [
  'detected',
  'joined',
  'told',
  'acknowledged',
  'note',
  'mark',
  'look',
  'redrive',
  'archive',
  'resync',
  'people',
  'resolved',
  'reopened',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

/** Flat facts of an entry: plain JSON without personal data. */
export type EntryData = Readonly<Record<string, string | number | boolean | null>>

/** One line of an incident's timeline. */
export interface IncidentEntry {
  readonly atMs: number
  readonly kind: EntryKind
  /** `spillway`, or a person's name. */
  readonly actor: string
  /** One plain sentence without a time. */
  readonly text: string
  readonly data: EntryData
}

/** `INC-7`: short and sayable. */
export function incidentName(number: number): string {
  return `INC-${number}`
}

/** The number of `INC-7`, in any case; null for a text that names no incident. */
export function incidentNumber(name: string): number | null {
  const digits = /^inc-([1-9]\d{0,8})$/i.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** How bad an incident is, by the people known to be affected. */
export function severityOf(peopleAffected: number): IncidentSeverity {
  if (peopleAffected >= CRITICAL_PEOPLE) return 'critical'
  return peopleAffected > 0 ? 'high' : 'low'
}

/** What is said of an incident: `ok` once resolved, `unknown` while it is about what cannot be seen, `healing` while none of its findings holds. */
export function incidentTruth(incident: Pick<Incident, 'state' | 'isBlind' | 'healingMs'>): Truth {
  if (incident.state === 'resolved') return 'ok'
  if (incident.isBlind) return 'unknown'
  return incident.healingMs === null ? 'bad' : 'healing'
}

/** What can be done to an incident. */
export type IncidentVerb = 'acknowledge' | 'resolve' | 'reopen'

const TRANSITIONS: Readonly<Record<IncidentState, Partial<Readonly<Record<IncidentVerb, IncidentState>>>>> = {
  open: { acknowledge: 'acknowledged', resolve: 'resolved' },
  acknowledged: { resolve: 'resolved' },
  resolved: { reopen: 'open' },
}

/** The state that a verb leads to; null when it cannot be done in this state. */
export function nextState(state: IncidentState, verb: IncidentVerb): IncidentState | null {
  return TRANSITIONS[state][verb] ?? null
}
