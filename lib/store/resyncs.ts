import 'server-only'
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { AppError } from '#lib/domain/errors.ts'
import {
  DEDUPLICATION_MS,
  nextResyncState,
  RESYNC_STATE_WORDS,
  RESYNC_STATES,
  resyncName,
  type ResyncState,
  type ResyncVerb,
  type ResyncWay,
} from '#lib/domain/resync.ts'
import type { Tx } from './db.ts'
import { jsonRows, jsonTexts } from './json-rows.ts'
import { atMoment, momentOf, momentText, msOf } from './moments.ts'
import { resync, resyncItem } from './resync-schema.ts'
import { codeOf } from './store-errors.ts'

/** PostgreSQL's code. */
const UNIQUE_VIOLATION = '23505'

/** A re-sync with its frozen settings. Moments in epoch ms. */
export interface Resync {
  readonly id: number
  /** Null for people who were chosen by a filter. */
  readonly incident: number | null
  /** Whom it is about, in words; null for the people of an incident. */
  readonly title: string | null
  readonly via: ResyncWay
  /** Name of the queue, or the host that is called. */
  readonly queue: string
  /** Of the queue; by HTTP the address with the place of the reference. */
  readonly queueUrl: string
  readonly isFifo: boolean
  readonly bodyTemplate: string
  /** Null on a standard queue. */
  readonly groupTemplate: string | null
  readonly perSecond: number
  readonly state: ResyncState
  /** Why it is in this state; null where the state says it all. */
  readonly reason: string | null
  readonly trouble: string | null
  readonly startedBy: string
  readonly startedMs: number
  readonly endedMs: number | null
}

export interface ResyncItem {
  readonly ref: string
  readonly sendingMs: number | null
}

export type NewResync = Omit<Resync, 'id' | 'reason' | 'trouble' | 'endedMs'> & {
  readonly state: 'planned' | 'running'
}

/** Stores a re-sync of these people, planned or started. Throws `conflict` when one of the incident runs already. */
export async function insertResync(tx: Tx, given: NewResync, refs: readonly string[]): Promise<Resync> {
  const { startedMs, ...row } = given
  const at = momentOf(startedMs)
  const stored = await tx
    .transaction((inner) =>
      inner
        .insert(resync)
        .values({ ...row, started: at, updated: at })
        .returning(),
    )
    .catch((error: unknown) => throwConflict(tx, given.incident, error))
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

/** One of an incident runs at a time, and one outside of incidents. */
async function throwConflict(tx: Tx, incident: number | null, error: unknown): Promise<never> {
  if (codeOf(error) !== UNIQUE_VIOLATION) throw error
  const running = (await listResyncs(tx, incident)).find(({ state }) => state === 'running' || state === 'paused')
  const by =
    running === undefined
      ? ''
      : ` ${resyncName(running.id)} was started by ${running.startedBy}${running.state === 'paused' ? ' and is paused' : ''}.`
  const what = incident === null ? 'A re-sync' : 'A re-sync of this incident'
  throw new AppError('conflict', `${what} runs already.${by}`, { cause: error })
}

/** Takes a re-sync to where the verb leads. Throws `conflict` when that cannot be done in its state, or another one runs. */
export async function moveResync(
  tx: Tx,
  id: number,
  verb: ResyncVerb,
  // Why, and who does it when.
  ...[{ reason, by }, atMs]: readonly [{ readonly reason: string | null; readonly by: string }, number]
): Promise<Resync> {
  const [locked] = await tx.select().from(resync).where(eq(resync.id, id)).for('update')
  const now = locked === undefined ? await getResync(tx, id) : resyncOf(locked)
  const state = nextResyncState(now.state, verb)
  if (state === null)
    throw new AppError('conflict', `${resyncName(id)} cannot ${verb}: it is ${RESYNC_STATE_WORDS[now.state]}.`)
  const at = momentOf(atMs)
  const change = {
    state,
    reason,
    updated: at,
    ...(verb === 'start' ? { startedBy: by, started: at } : {}),
    ...(state === 'stopped' ? { ended: at, trouble: null } : {}),
  }
  const [moved] = await tx
    .transaction((inner) => inner.update(resync).set(change).where(eq(resync.id, id)).returning())
    .catch((error: unknown) => throwConflict(tx, now.incident, error))
  if (moved === undefined) throw new AppError('internal', 'The re-sync was not changed.')
  return resyncOf(moved)
}

/** Throws `not_found`. */
export async function getResync(tx: Tx, id: number): Promise<Resync> {
  const [row] = await tx.select().from(resync).where(eq(resync.id, id))
  if (row === undefined) throw new AppError('not_found', `There is no re-sync ${resyncName(id)}.`)
  return resyncOf(row)
}

/** Those of an incident, or with null those of people chosen by a filter; newest first. */
export async function listResyncs(tx: Tx, incident: number | null, limit = 100): Promise<Resync[]> {
  const isOf = incident === null ? isNull(resync.incident) : eq(resync.incident, incident)
  const rows = await tx.select().from(resync).where(isOf).orderBy(desc(resync.id)).limit(limit)
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
    .set({
      state: problem === null ? 'pending' : 'refused',
      problem,
      // On FIFO the first try counts for the five minutes; elsewhere one that was refused for certain leaves nothing to repeat.
      ...(problem === null
        ? {
            sending: sql`case when (select is_fifo from resync where id = ${id}::bigint) then ${resyncItem.sending} end`,
          }
        : {}),
    })
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

/** Everybody of a re-sync. */
export async function listItemRefs(tx: Tx, id: number): Promise<string[]> {
  const rows = await tx
    .select({ ref: resyncItem.ref })
    .from(resyncItem)
    .where(eq(resyncItem.resync, id))
    .orderBy(resyncItem.ref)
  return rows.map(({ ref }) => ref)
}

/** People who are asked for, or about to be, by a re-sync that is under way or paused. */
export async function listBeingAsked(tx: Tx): Promise<Set<string>> {
  const { rows } = await tx.execute<{ ref: string }>(sql`
    select distinct ref from resync_item as item join resync on resync.id = item.resync
    where resync.state in ('running', 'paused') and item.state in ('pending', 'sending')`)
  return new Set(rows.map(({ ref }) => ref))
}

/** Leaves out who needs no asking any more: all who wait in a plan but these. Returns how many are left out. */
export async function skipAllBut(tx: Tx, id: number, refs: readonly string[]): Promise<number> {
  const { rows } = await tx.execute(sql`
    update resync_item set state = 'skipped' where resync = ${id}::bigint and state = 'pending'
      and not (ref = any(${jsonTexts(refs)})) returning ref`)
  return rows.length
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
    // One that was stopped at the same moment stays stopped.
    .where(and(eq(resync.id, id), endedMs === undefined ? undefined : eq(resync.state, 'running')))
}

function resyncOf(row: typeof resync.$inferSelect): Resync {
  const { started, ended, updated: _updated, state, via, ...rest } = row
  const known = RESYNC_STATES.find((each) => each === state)
  if (known === undefined)
    throw new Error(`the store holds the re-sync state ${state}, which this version does not know`)
  return { ...rest, state: known, via: via === 'http' ? 'http' : 'sqs', startedMs: msOf(started), endedMs: msOf(ended) }
}

function ofItems(id: number, refs: readonly string[]) {
  return and(eq(resyncItem.resync, id), sql`${resyncItem.ref} = any(${jsonTexts(refs)})`)
}
