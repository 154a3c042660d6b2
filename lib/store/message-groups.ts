import 'server-only'
import { and, desc, eq } from 'drizzle-orm'
import { NO_MARK, type GroupMark } from '#lib/domain/message-group.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { look, messageGroup, messageGroupChange, messageShape } from './redrive-schema.ts'

/** The group's mark, and who changed it last. */
export interface StoredGroupMark extends GroupMark {
  readonly fingerprint: string
  readonly updatedMs: number
  readonly updatedBy: string
}

/** One change of a mark. */
export interface GroupChange {
  readonly fingerprint: string
  readonly atMs: number
  readonly by: string
  readonly field: 'note' | 'owner' | 'hold' | 'ticket'
  /** What it is since; null where it was taken away. */
  readonly value: string | null
}

/** Marks of a queue's groups, by fingerprint. */
export async function readGroupMarks(tx: Tx, queue: string): Promise<Map<string, StoredGroupMark>> {
  const rows = await tx.select().from(messageGroup).where(eq(messageGroup.queue, queue))
  return new Map(
    rows.map(({ queue: _queue, updated, ...row }) => [row.fingerprint, { ...row, updatedMs: msOf(updated) }]),
  )
}

/** Fingerprints of the groups that a redrive of all leaves where they are. */
export async function listHeldGroups(tx: Tx, queue: string): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ fingerprint: messageGroup.fingerprint })
    .from(messageGroup)
    .where(and(eq(messageGroup.queue, queue), messageGroup.isHeld))
  return new Set(rows.map(({ fingerprint }) => fingerprint))
}

/** True when a look into the queue saw the group, or somebody marked it. */
export async function isKnownGroup(tx: Tx, queue: string, fingerprint: string): Promise<boolean> {
  const [seen] = await tx
    .select({ look: messageShape.look })
    .from(messageShape)
    .innerJoin(look, eq(look.id, messageShape.look))
    .where(and(eq(look.queue, queue), eq(messageShape.fingerprint, fingerprint)))
    .limit(1)
  return seen !== undefined || (await readGroupMarks(tx, queue)).has(fingerprint)
}

const FIELDS: readonly (readonly [field: GroupChange['field'], of: (mark: GroupMark) => string | null])[] = [
  ['note', ({ note }) => note],
  ['owner', ({ owner }) => owner],
  ['hold', ({ isHeld }) => (isHeld ? 'held' : null)],
  ['ticket', ({ ticketUrl }) => ticketUrl],
]

/** Marks a group and writes down what changed. Returns the changes; empty when all was so already. */
export async function setGroupMark(
  tx: Tx,
  group: { readonly queue: string; readonly fingerprint: string },
  mark: GroupMark,
  ...[by, atMs]: readonly [by: string, atMs: number]
): Promise<GroupChange[]> {
  const before = (await readGroupMarks(tx, group.queue)).get(group.fingerprint) ?? NO_MARK
  const changes = FIELDS.filter(([, of]) => of(before) !== of(mark)).map(([field, of]) => ({
    fingerprint: group.fingerprint,
    atMs,
    by,
    field,
    value: of(mark),
  }))
  if (changes.length === 0) return []
  const row = { ...mark, updated: momentOf(atMs), updatedBy: by }
  await tx
    .insert(messageGroup)
    .values({ ...group, ...row })
    .onConflictDoUpdate({ target: [messageGroup.queue, messageGroup.fingerprint], set: row })
  await tx
    .insert(messageGroupChange)
    .values(changes.map(({ field, value }) => ({ ...group, at: momentOf(atMs), by, field, value })))
  return changes
}

/** Changes of a queue's groups, the newest first. */
export async function listGroupChanges(tx: Tx, queue: string, limit: number): Promise<GroupChange[]> {
  const rows = await tx
    .select()
    .from(messageGroupChange)
    .where(eq(messageGroupChange.queue, queue))
    .orderBy(desc(messageGroupChange.at), desc(messageGroupChange.id))
    .limit(limit)
  return rows.map(({ fingerprint, at, by, field, value }) => ({
    fingerprint,
    atMs: msOf(at),
    by,
    field: FIELDS.find(([each]) => each === field)?.[0] ?? 'note',
    value,
  }))
}
