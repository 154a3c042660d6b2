import type { EntryKind, IncidentEntry } from '#lib/domain/incident.ts'
import type { Truth } from '#lib/domain/truth.ts'

/** What kind of thing happened, in one or two words. */
export const KIND_WORDS: Readonly<Record<EntryKind, string>> = {
  detected: 'noticed',
  joined: 'joined',
  told: 'told',
  acknowledged: 'acknowledged',
  note: 'note',
  mark: 'change outside',
  look: 'look into a queue',
  redrive: 'redrive',
  resync: 're-sync',
  people: 'people',
  resolved: 'resolved',
  reopened: 'opened again',
}

const TRUTHS: Readonly<Partial<Record<EntryKind, Truth>>> = {
  detected: 'bad',
  joined: 'bad',
  reopened: 'bad',
  redrive: 'healing',
  resync: 'healing',
  resolved: 'ok',
}

/** What an entry says of the state, for its shape; `muted` for what says nothing of it. */
export function storyTruth({ kind, data }: Pick<IncidentEntry, 'kind' | 'data'>): Truth {
  if (data['isWorse'] === true) return 'bad'
  return TRUTHS[kind] ?? 'muted'
}
