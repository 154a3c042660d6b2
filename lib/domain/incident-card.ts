import type { IncidentFigures } from './incident-figures.ts'
import type { EntryKind, Incident, IncidentEntry } from './incident.ts'
import type { IncidentCard, IncidentStory } from './slack-message.ts'
import type { Truth } from './truth.ts'

/** What the one message of an incident is to say now. */
export function cardOf(incident: Incident, figures: IncidentFigures): IncidentCard {
  const { number, title, state, severity, isBlind, sinceMs, openedMs, healingMs } = incident
  return {
    kind: 'card',
    incident: number,
    title,
    state,
    severity,
    // Once the source answers, what could not be seen is known again.
    blindSinceMs: isBlind && state !== 'resolved' ? sinceMs : null,
    sinceMs,
    openedMs,
    acknowledged: doneBy(incident.acknowledgedMs, incident.acknowledgedBy),
    resolved: doneBy(incident.resolvedMs, incident.resolvedBy),
    healingMs,
    figures,
  }
}

function doneBy(atMs: number | null, by: string | null): { readonly atMs: number; readonly by: string } | null {
  return atMs === null || by === null ? null : { atMs, by }
}

/** Kinds of entries that are told below the message. The message itself says that it was detected. */
export const TOLD_KINDS: readonly EntryKind[] = [
  'joined',
  'acknowledged',
  'note',
  'mark',
  'redrive',
  'archive',
  'resync',
  'people',
  'resolved',
  'reopened',
]

const TRUTHS: Readonly<Partial<Record<EntryKind, Truth>>> = {
  detected: 'bad',
  joined: 'bad',
  reopened: 'bad',
  redrive: 'healing',
  resync: 'healing',
  people: 'healing',
  resolved: 'ok',
}

/**
 * What an entry says of the state; null for what says nothing of it. One whose data say `isWorse`, or messages that came back, is bad news; one
 * that says `isBlind` is about what cannot be seen, which is neither good nor bad.
 */
export function entryTruth({ kind, data }: Pick<IncidentEntry, 'kind' | 'data'>): Truth | null {
  if (data['isBlind'] === true && kind !== 'resolved') return 'unknown'
  if (data['isWorse'] === true || Number(data['cameBack'] ?? 0) > 0) return 'bad'
  return TRUTHS[kind] ?? null
}

/** An entry as it is told below the message. */
export function storyMessageOf(incident: number, entry: IncidentEntry): IncidentStory {
  const { atMs, kind, actor, text, data } = entry
  const isWorse = data['isWorse'] === true
  const isBlind = data['isBlind'] === true
  return {
    kind: 'story',
    incident,
    atMs,
    truth: entryTruth(entry),
    actor,
    text,
    // A source that comes and goes must not fill the channel.
    isBroadcast: !isBlind && (isWorse || kind === 'resolved' || kind === 'reopened'),
  }
}
