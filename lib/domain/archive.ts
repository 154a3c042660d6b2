import { counted, figure } from './count-words.ts'

/**
 * `archiving`: messages are taken out of the queue. `kept`: all that were to be taken are in the file. `restoring`: they are sent back.
 * `stopped`: a person ended either before its end. `erasing`: its file is being removed; `erased`: it is gone.
 */
export const ARCHIVE_STATES = ['archiving', 'kept', 'restoring', 'stopped', 'erasing', 'erased'] as const
export type ArchiveState = (typeof ARCHIVE_STATES)[number]

/** States in which a process works on it. */
export const WORKED_ARCHIVES: readonly ArchiveState[] = ['archiving', 'restoring', 'erasing']

/**
 * A message in the ledger of an archive, each step committed: `read`, `archived` once it surely lies in the file, `deleted` from its queue;
 * then, when it is restored, `sending` before the call and `restored` with its new id. `refused`: it cannot be restored, for a person to see.
 * `redriven`: it was still in its queue, and a redrive sent it from there, or perhaps did; it is never restored, since it would be there twice.
 */
export const ARCHIVED_STATES = ['read', 'archived', 'deleted', 'sending', 'restored', 'redriven', 'refused'] as const
export type ArchivedState = (typeof ARCHIVED_STATES)[number]

export type ArchiveVerb = 'all-kept' | 'restore' | 'all-restored' | 'stop' | 'erase' | 'erased'

const TRANSITIONS: Readonly<Record<ArchiveState, Partial<Readonly<Record<ArchiveVerb, ArchiveState>>>>> = {
  archiving: { 'all-kept': 'kept', stop: 'stopped' },
  kept: { restore: 'restoring', erase: 'erasing' },
  restoring: { 'all-restored': 'kept', stop: 'stopped' },
  stopped: { restore: 'restoring', erase: 'erasing' },
  erasing: { erased: 'erased' },
  erased: {},
}

/** The state that a verb leads to; null when it cannot be done in this state. */
export function nextArchiveState(state: ArchiveState, verb: ArchiveVerb): ArchiveState | null {
  return TRANSITIONS[state][verb] ?? null
}

/** `A-3`: short and sayable. */
export function archiveName(id: number): string {
  return `A-${id}`
}

/** Where the records of an archive lie, in words: `an encrypted file`, `s3://bucket/prefix/`. */
export function placeWords(target: string): string {
  return target === 'folder' ? 'an encrypted file' : target
}

/** Counts of an archive's ledger, in messages. */
export type ArchiveCounts = Readonly<Record<ArchivedState, number>> & { readonly possibleDuplicates: number }

/** Messages that surely lie in the file, or lay there until it was erased. */
export function keptOf({ archived, deleted, sending, restored, redriven, refused }: ArchiveCounts): number {
  return archived + deleted + sending + restored + redriven + refused
}

/** What became of the messages, in one sentence without its stop: `412 kept, 400 of them restored, 3 perhaps twice`. */
export function archiveWords(state: ArchiveState, counts: ArchiveCounts): string {
  const { archived, sending, restored, redriven, refused, possibleDuplicates } = counts
  const kept = keptOf(counts)
  if (state === 'erased')
    return `${counted(kept, 'message')} erased${restored === 0 ? '' : `, ${figure(restored)} restored before`}`
  const doing = state === 'archiving' ? ' so far' : ''
  return [
    `${counted(kept, 'message')} kept${doing}`,
    ...(state !== 'archiving' && archived > 0
      ? [`${figure(archived)} perhaps still in the queue; a later archive of this queue settles that`]
      : []),
    ...(restored + sending > 0 || state === 'restoring' ? [`${figure(restored)} restored`] : []),
    ...(sending > 0 ? [`${figure(sending)} on their way, of which SQS has not told yet`] : []),
    ...(possibleDuplicates > 0 ? [`${figure(possibleDuplicates)} perhaps twice`] : []),
    ...(redriven > 0 ? [`${figure(redriven)} taken by a redrive and left to it`] : []),
    ...(refused > 0 ? [`${figure(refused)} cannot be restored`] : []),
  ].join(', ')
}
