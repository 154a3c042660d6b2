import 'server-only'
import { archiveName, archiveWords, keptOf, placeWords } from '#lib/domain/archive.ts'
import { counted } from '#lib/domain/count-words.ts'
import { SPILLWAY } from '#lib/domain/incident.ts'
import { groupName } from '#lib/domain/message-group.ts'
import { countArchived } from '#lib/store/archived-messages.ts'
import type { Archive } from '#lib/store/archives.ts'
import type { Tx } from '#lib/store/db.ts'
import { addEntry } from '#lib/store/incident-entries.ts'

/** What is told of an archive in its incident's timeline: each once, and a restore each time that one is begun. */
export type ArchiveMoment = 'started' | 'kept' | 'stopped' | 'restoring' | 'restored' | 'erasing' | 'erased'

/** Adds a line about the archive, as it is now, to its incident's timeline; does nothing for an archive without one. */
export async function tellArchive(
  tx: Tx,
  run: Archive,
  { moment, actor = SPILLWAY }: { readonly moment: ArchiveMoment; readonly actor?: string },
  atMs: number,
): Promise<void> {
  if (run.incident === null) return
  const counts = await countArchived(tx, run.id)
  const { deleted, sending, restored } = counts
  const notRestored = keptOf(counts) - restored
  const became = archiveWords(run.state, counts)
  const texts: Readonly<Record<ArchiveMoment, string>> = {
    started: `began to move ${whatOf(run)} into ${placeWords(run.target)}`,
    kept: `${became}, out of ${run.queue}, in ${placeWords(run.target)}`,
    stopped: `stopped: ${became}`,
    restoring: `began to restore ${counted(deleted + sending, 'message')} to ${run.restoreQueue ?? run.queue}`,
    restored: `restore to ${run.restoreQueue ?? run.queue} ended: ${became}`,
    erasing: `began to erase it${notRestored === 0 ? '' : `, with ${counted(notRestored, 'message')} not known to be restored`}`,
    erased: became,
  }
  const turn =
    moment === 'restoring' || moment === 'restored' || moment === 'stopped' ? ` ${run.restoreStartedMs ?? 0}` : ''
  await addEntry(tx, {
    incident: run.incident,
    atMs,
    kind: 'archive',
    actor,
    text: `${archiveName(run.id)}: ${texts[moment]}.`,
    data: { archive: run.id, queue: run.queue, restored },
    onceKey: `archive-${run.id}-${moment}${turn}`,
  })
}

function whatOf({ queue, groupFingerprint }: Archive): string {
  return groupFingerprint === null
    ? `what nobody holds in ${queue}`
    : `the group ${groupName(groupFingerprint)} of ${queue}`
}

/** Live topics that a change of an archive makes stale. */
export function topicsOfArchive({ queue, incident }: Pick<Archive, 'queue' | 'incident'>): string[] {
  const topics = ['looks', `queue:${queue}`]
  return incident === null ? topics : [...topics, 'incidents']
}
