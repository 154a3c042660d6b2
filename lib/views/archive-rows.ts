import 'server-only'
import { archiveName, archiveWords, type ArchiveState } from '#lib/domain/archive.ts'
import { groupName } from '#lib/domain/message-group.ts'
import { countArchived } from '#lib/store/archived-messages.ts'
import { listArchives } from '#lib/store/archives.ts'
import type { ViewContext } from './read-view.ts'
import { nameQueue, type NamedQueue } from './redrive-rows.ts'

/** Messages that were taken out of a queue and kept. */
export interface ArchiveRow {
  readonly id: number
  /** `A-3`. */
  readonly name: string
  readonly state: ArchiveState
  /** What became of the messages, in one sentence. */
  readonly words: string
  readonly purpose: string
  /** The store in which it lies, e.g. `s3://bucket/prefix/`; null for the folder of archives. */
  readonly place: string | null
  /** `G-1a2b3c4d`; null for all that no group holds. */
  readonly group: string | null
  readonly startedBy: string
  readonly startedMs: number
  /** When its records are erased by itself, epoch ms. */
  readonly expiresMs: number
  /** Messages that can be restored now. */
  readonly restorable: number
  /** To which queue they are or were restored; null while nobody restored any. */
  readonly restoredTo: NamedQueue | null
  readonly restoredBy: string | null
  readonly erasedBy: string | null
  readonly erasedMs: number | null
  readonly trouble: string | null
}

const MOST_ARCHIVES = 20

/** Archives of a queue, the newest first; at most 20. */
export async function loadArchiveRows(queue: string, context: ViewContext): Promise<ArchiveRow[]> {
  const archives = await listArchives(context.tx, queue, MOST_ARCHIVES)
  return Promise.all(
    archives.map(async (each) => {
      const counts = await countArchived(context.tx, each.id)
      const { id, state, target, purpose, groupFingerprint, startedBy, startedMs, expiresMs, trouble } = each
      const { restoreQueue, restoredBy, erasedBy, erasedMs } = each
      return {
        id,
        name: archiveName(id),
        state,
        words: archiveWords(state, counts),
        purpose,
        place: target === 'folder' ? null : target,
        group: groupFingerprint === null ? null : groupName(groupFingerprint),
        startedBy,
        startedMs,
        expiresMs,
        restorable: counts.deleted + counts.sending,
        restoredTo: restoreQueue === null ? null : nameQueue(restoreQueue, context),
        restoredBy,
        erasedBy,
        erasedMs,
        trouble,
      }
    }),
  )
}
