import 'server-only'
import { and, desc, eq, inArray, lte } from 'drizzle-orm'
import {
  ARCHIVE_STATES,
  archiveName,
  nextArchiveState,
  WORKED_ARCHIVES,
  type ArchiveState,
  type ArchiveVerb,
} from '#lib/domain/archive.ts'
import { AppError } from '#lib/domain/errors.ts'
import type { Tx } from './db.ts'
import { archive } from './archive-schema.ts'
import { momentOf, msOf } from './moments.ts'
import { codeOf } from './store-errors.ts'

/** An archive as it stands. Moments in epoch ms. */
export interface Archive {
  readonly id: number
  readonly queue: string
  readonly queueUrl: string
  /** Fingerprint of the group; null for all that no group holds. */
  readonly groupFingerprint: string | null
  /** Where its records lie: `folder`, or `s3://bucket/begin-of-keys/`. */
  readonly target: string
  readonly purpose: string
  /** Number of the incident that its queue belonged to when it began, or when it was restored; null for none. */
  readonly incident: number | null
  readonly state: ArchiveState
  readonly trouble: string | null
  readonly startedBy: string
  readonly startedMs: number
  readonly endedMs: number | null
  readonly restoreQueue: string | null
  readonly restoreUrl: string | null
  readonly restoredBy: string | null
  readonly restoreStartedMs: number | null
  readonly erasedBy: string | null
  readonly erasedMs: number | null
  readonly expiresMs: number
}

/** PostgreSQL's code. */
const UNIQUE_VIOLATION = '23505'

/** Begins an archive. Throws `conflict` while another takes messages out of the same queue. */
export async function insertArchive(
  tx: Tx,
  made: Pick<
    Archive,
    | 'queue'
    | 'queueUrl'
    | 'groupFingerprint'
    | 'target'
    | 'purpose'
    | 'incident'
    | 'startedBy'
    | 'startedMs'
    | 'expiresMs'
  >,
): Promise<Archive> {
  const { startedMs, expiresMs, ...row } = made
  const at = momentOf(startedMs)
  await lockArchives(tx, row.queue)
  try {
    const [stored] = await tx
      .insert(archive)
      .values({ ...row, state: 'archiving', started: at, expires: momentOf(expiresMs), updated: at })
      .returning()
    if (stored === undefined) throw new AppError('internal', 'The archive could not be stored.')
    return archiveOf(stored)
  } catch (error) {
    if (codeOf(error) !== UNIQUE_VIOLATION) throw error
    throw new AppError('conflict', `queue: another archive takes messages out of ${made.queue} at this moment.`)
  }
}

/**
 * Makes archives of a queue wait for each other: one that is erased must not be what another relies on while it deletes a message. To be
 * called before either begins.
 */
export async function lockArchives(tx: Tx, queue: string): Promise<void> {
  await tx.select({ id: archive.id }).from(archive).where(eq(archive.queue, queue)).orderBy(archive.id).for('update')
}

/** Throws `not_found`. */
export async function getArchive(tx: Tx, id: number): Promise<Archive> {
  const [row] = await tx.select().from(archive).where(eq(archive.id, id))
  if (row === undefined) throw new AppError('not_found', `There is no archive ${archiveName(id)}.`)
  return archiveOf(row)
}

/** Archives of a queue, the newest first. */
export async function listArchives(tx: Tx, queue: string, limit: number): Promise<Archive[]> {
  const rows = await tx
    .select()
    .from(archive)
    .where(eq(archive.queue, queue))
    .orderBy(desc(archive.started), desc(archive.id))
    .limit(limit)
  return rows.map(archiveOf)
}

/** Those on which a process is to work. */
export async function listWorkedArchives(tx: Tx): Promise<Archive[]> {
  return (
    await tx
      .select()
      .from(archive)
      .where(inArray(archive.state, [...WORKED_ARCHIVES]))
  ).map(archiveOf)
}

/** The archive that takes messages out of the queue now; null when none does. */
export async function findActiveArchive(tx: Tx, queue: string): Promise<Archive | null> {
  const [row] = await tx
    .select()
    .from(archive)
    .where(and(eq(archive.queue, queue), eq(archive.state, 'archiving')))
  return row === undefined ? null : archiveOf(row)
}

/** Archives whose files are to be erased by now. */
export async function listExpiredArchives(tx: Tx, nowMs: number): Promise<Archive[]> {
  const rows = await tx
    .select()
    .from(archive)
    .where(and(inArray(archive.state, ['kept', 'stopped']), lte(archive.expires, momentOf(nowMs))))
  return rows.map(archiveOf)
}

type Change = Partial<
  Pick<Archive, 'trouble' | 'incident' | 'restoreQueue' | 'restoreUrl' | 'restoredBy' | 'erasedBy'> & {
    readonly endedMs: number | null
    readonly restoreStartedMs: number
    readonly erasedMs: number
  }
>

/** Does a verb. Throws `conflict` where the state does not allow it, and `not_found`. */
export async function moveArchive(
  tx: Tx,
  id: number,
  ...[verb, change, nowMs]: readonly [verb: ArchiveVerb, change: Change, nowMs: number]
): Promise<Archive> {
  const [row] = await tx.select().from(archive).where(eq(archive.id, id)).for('update')
  if (row === undefined) throw new AppError('not_found', `There is no archive ${archiveName(id)}.`)
  const before = archiveOf(row)
  const state = nextArchiveState(before.state, verb)
  if (state === null) throw new AppError('conflict', `${archiveName(id)} is ${before.state}; that cannot be done now.`)
  return updateArchive(tx, id, { ...change, state }, nowMs)
}

/** Notes what keeps an archive from going on; null when nothing does any more. */
export async function noteArchiveTrouble(tx: Tx, id: number, trouble: string | null, nowMs: number): Promise<void> {
  await updateArchive(tx, id, { trouble }, nowMs)
}

async function updateArchive(
  tx: Tx,
  id: number,
  { endedMs, restoreStartedMs, erasedMs, ...change }: Change & { readonly state?: ArchiveState },
  nowMs: number,
): Promise<Archive> {
  const [stored] = await tx
    .update(archive)
    .set({
      ...change,
      ...(endedMs === undefined ? {} : { ended: momentOf(endedMs) }),
      ...(restoreStartedMs === undefined ? {} : { restoreStarted: momentOf(restoreStartedMs) }),
      ...(erasedMs === undefined ? {} : { erased: momentOf(erasedMs) }),
      updated: momentOf(nowMs),
    })
    .where(eq(archive.id, id))
    .returning()
  if (stored === undefined) throw new AppError('not_found', `There is no archive ${archiveName(id)}.`)
  return archiveOf(stored)
}

function archiveOf(row: typeof archive.$inferSelect): Archive {
  const { state, started, ended, restoreStarted, erased, expires, updated: _updated, ...rest } = row
  return {
    ...rest,
    state: ARCHIVE_STATES.find((each) => each === state) ?? 'stopped',
    startedMs: msOf(started),
    endedMs: msOf(ended),
    restoreStartedMs: msOf(restoreStarted),
    erasedMs: msOf(erased),
    expiresMs: msOf(expires),
  }
}
