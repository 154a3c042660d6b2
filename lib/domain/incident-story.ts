import { counted } from './count-words.ts'
import { durationWords } from './duration-words.ts'
import type { Incident, IncidentEntry } from './incident.ts'

/** How long an incident took, in ms; null where it has not come to that. */
export interface IncidentDurations {
  /** From the beginning of the fault until Spillway noticed it. */
  readonly toDetectMs: number
  /** From then until the first person acknowledged it. */
  readonly toAcknowledgeMs: number | null
  /** From the beginning of the fault until it was resolved. */
  readonly toHealMs: number | null
  /** From the beginning until now, or until it was resolved. */
  readonly lastedMs: number
}

/** `entries`: the timeline, oldest first; the first acknowledgement counts also where the incident was reopened since. */
export function durationsOf(
  incident: Incident,
  entries: readonly Pick<IncidentEntry, 'kind' | 'atMs'>[],
  nowMs: number,
): IncidentDurations {
  const acknowledgedMs = entries.find(({ kind }) => kind === 'acknowledged')?.atMs ?? incident.acknowledgedMs
  const { sinceMs, openedMs, resolvedMs } = incident
  return {
    toDetectMs: span(sinceMs, openedMs),
    toAcknowledgeMs: acknowledgedMs === null ? null : span(openedMs, acknowledgedMs),
    toHealMs: resolvedMs === null ? null : span(sinceMs, resolvedMs),
    lastedMs: span(sinceMs, resolvedMs ?? nowMs),
  }
}

/** Clocks of sources may differ from Spillway's: no length is negative. */
function span(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs)
}

/** A line of the story as it reads: the entry with how far it lies from the beginning of the fault. */
export interface StoryLine extends IncidentEntry {
  readonly id: number
  /** `12 min after it began`, `20 min before it began`, `when it began`. */
  readonly when: string
}

/** The timeline as a story for somebody who was not there: in the order of what happened, oldest first. */
export function storyOf(
  incident: Pick<Incident, 'sinceMs'>,
  entries: readonly (IncidentEntry & { readonly id: number })[],
): StoryLine[] {
  return entries
    .toSorted((a, b) => a.atMs - b.atMs || a.id - b.id)
    .map((entry) => ({ ...entry, when: distanceWords(entry.atMs - incident.sinceMs) }))
}

/** How far a moment lies from the beginning of the fault: `12 min after it began`, `20 min before it began`, `when it began`. */
export function distanceWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds === 0) return 'when it began'
  return `${durationWords(seconds)} ${ms > 0 ? 'after' : 'before'} it began`
}

/** The story in one sentence: `Noticed after 4 min, acknowledged 2 min later, over after 1 h 12 min; 64 people affected.` */
export function summaryOf(durations: IncidentDurations, peopleAffected: number): string {
  const { toDetectMs, toAcknowledgeMs, toHealMs, lastedMs } = durations
  const parts = [
    `Noticed after ${words(toDetectMs)}`,
    toAcknowledgeMs === null ? 'acknowledged by nobody' : `acknowledged ${words(toAcknowledgeMs)} later`,
    toHealMs === null ? `lasting for ${words(lastedMs)}` : `over after ${words(toHealMs)}`,
  ]
  const people =
    peopleAffected === 0 ? 'nobody known to be affected' : `${counted(peopleAffected, 'person', 'people')} affected`
  return `${parts.join(', ')}; ${people}.`
}

function words(ms: number): string {
  return durationWords(ms / 1000)
}
