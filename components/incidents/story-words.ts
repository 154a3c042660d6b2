import type { EntryKind } from '#lib/domain/incident.ts'

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
  archive: 'archive',
  resync: 're-sync',
  people: 'people',
  resolved: 'resolved',
  reopened: 'opened again',
}
