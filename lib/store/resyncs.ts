import 'server-only'
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import { AppError } from '#lib/domain/errors.ts'
import { DEDUPLICATION_MS, resyncName } from '#lib/domain/resync.ts'
import type { Tx } from './db.ts'
import { jsonRows, jsonTexts } from './json-rows.ts'
import { atMoment, momentOf, momentText, msOf } from './moments.ts'
import { resync, resyncItem } from './redrive-schema.ts'
import { codeOf } from './store-errors.ts'

/** PostgreSQL's code. */
const UNIQUE_VIOLATION = '23505'

/** A re-sync with its frozen settings. Moments in epoch ms. */
export interface Resync {
  readonly id: number
  /** Null for people who were chosen by a filter. */
  readonly incident: number | null
  readonly queue: string
  readonly queueUrl: string
  readonly isFifo: boolean
  readonly bodyTemplate: string
  /** Null on a standard queue. */
  readonly groupTemplate: string | null
  readonly perSecond: number
  readonly state: 'running' | 'done'
  readonly trouble: string | null
  readonly startedBy: string
  readonly startedMs: number
  readonly endedMs: number | null
}

export interface ResyncItem {
  readonly ref: string
  readonly sendingMs: number | null
}

/** Starts a re-sync of these people. Throws `conflict` when one of the incident runs already. */
export async function insertResync(
  tx: Tx,
  started: Omit<Resync, 'id' | 'state' | 'trouble' | 'endedMs'>,
  refs: readonly string[],
): Promise<Resync> {
  const { startedMs, ...row } = started
  const at = momentOf(startedMs)
  const stored = await tx
    .transaction((inner) =>
      inner
        .insert(resync)
        .values({ ...row, state: 'running', started: at, updated: at })
        .returning(),
    )
    .catch(async (error: unknown) => {
      if (codeOf(error) !== UNIQUE_VIOLATION) throw error
      const running = (started.incident === null ? [] : await listResyncs(tx, started.incident)).find(
        ({ state }) => state === 'running',
      )
      const by = running === undefined ? '' : ` ${resyncName(running.id)} was started by ${running.startedBy}.`
      throw new AppError('conflict', `A re-sync of this incident runs already.${by}`, { cause: error })
    })
  const [made] = stored
  if (made === undefined) throw new AppError('internal', 'The re-sync was not stored.')
  await tx.execute(sql`
    insert into resync_item (resync, ref, state) select ${made.id}::bigint, ref, 'pending'
    from ${jsonRows(
      'r',
      [['ref', 'text']],
      [...new Set(refs)].toSorted().map((ref) => ({ ref })),
    )}`)
  return resyncOf(made)
}

/** Throws `not_found`. */
export async function getResync(tx: Tx, id: number): Promise<Resync> {
  const [row] = await tx.select().from(resync).where(eq(resync.id, id))
  if (row === undefined) throw new AppError('not_found', `There is no re-sync ${resyncName(id)}.`)
  return resyncOf(row)
}

/** Newest first. */
export async function listResyncs(tx: Tx, incident: number): Promise<Resync[]> {
  const rows = await tx.select().from(resync).where(eq(resync.incident, incident)).orderBy(desc(resync.id))
  return rows.map(resyncOf)
}

export async function listRunningResyncs(tx: Tx): Promise<Resync[]> {
  const rows = await tx.select().from(resync).where(eq(resync.state, 'running')).orderBy(asc(resync.id))
  return rows.map(resyncOf)
}

/** People who are still to be asked for, those whose asking has an unknown end first. */
export async function listToSend(tx: Tx, id: number, limit: number): Promise<ResyncItem[]> {
  const rows = await tx
    .select({ ref: resyncItem.ref, sending: resyncItem.sending })
    .from(resyncItem)
    .where(and(eq(resyncItem.resync, id), inArray(resyncItem.state, ['pending', 'sending'])))
    .orderBy(sql`${resyncItem.state} = 'pending'`, asc(resyncItem.ref))
    .limit(limit)
  return rows.map(({ ref, sending }) => ({ ref, sendingMs: msOf(sending) }))
}

/**
 * Notes that people are about to be asked for; to be committed before the call. A repeat is a possible duplicate unless the queue itself
 * drops it: on FIFO, within five minutes.
 */
export async function markItemsSending(
  tx: Tx,
  { id, isFifo }: Pick<Resync, 'id' | 'isFifo'>,
  refs: readonly string[],
  atMs: number,
): Promise<void> {
  const repeated = isFifo
    ? sql`${resyncItem.sending} < ${atMoment(atMs - DEDUPLICATION_MS)}`
    : sql`${resyncItem.sending} is not null`
  await tx
    .update(resyncItem)
    .set({
      state: 'sending',
      isPossibleDuplicate: sql`${resyncItem.isPossibleDuplicate} or coalesce(${repeated}, false)`,
      sending: isFifo ? sql`coalesce(${resyncItem.sending}, ${atMoment(atMs)})` : momentOf(atMs),
    })
    .where(ofItems(id, refs))
}

/** SQS refused for certain; without `problem` they are tried again. */
export async function markItemsNotSent(
  tx: Tx,
  id: number,
  refs: readonly string[],
  problem: string | null = null,
): Promise<void> {
  if (refs.length === 0) return
  await tx
    .update(resyncItem)
    .set({ state: problem === null ? 'pending' : 'refused', problem })
    .where(ofItems(id, refs))
}

export async function markItemsSent(
  tx: Tx,
  id: number,
  sent: readonly { readonly ref: string; readonly messageId: string }[],
  atMs: number,
): Promise<void> {
  if (sent.length === 0) return
  await tx.execute(sql`
    update resync_item set state = 'sent', sent_at = ${momentText(atMs)}::timestamptz, message_id = s.message_id
    from ${jsonRows(
      's',
      [
        ['ref', 'text'],
        ['message_id', 'text'],
      ],
      sent.map(({ ref, messageId }) => ({ ref, message_id: messageId })),
    )}
    where resync = ${id}::bigint and resync_item.ref = s.ref`)
}

export async function updateResync(
  tx: Tx,
  id: number,
  change: { readonly trouble?: string | null; readonly endedMs?: number },
  atMs: number,
): Promise<void> {
  const { trouble, endedMs } = change
  await tx
    .update(resync)
    .set({
      updated: momentOf(atMs),
      ...(trouble === undefined ? {} : { trouble }),
      ...(endedMs === undefined ? {} : { state: 'done', ended: momentOf(endedMs) }),
    })
    .where(eq(resync.id, id))
}

function resyncOf(row: typeof resync.$inferSelect): Resync {
  const { started, ended, updated: _updated, state, reason: _reason, title: _title, via: _via, ...rest } = row
  return { ...rest, state: state === 'running' ? 'running' : 'done', startedMs: msOf(started), endedMs: msOf(ended) }
}

function ofItems(id: number, refs: readonly string[]) {
  return and(eq(resyncItem.resync, id), sql`${resyncItem.ref} = any(${jsonTexts(refs)})`)
}
