import 'server-only'
import { and, asc, eq, getTableColumns, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { Queue } from '#lib/domain/queue.ts'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'
import { momentOf, msOf } from './moments.ts'
import { queueOfRow, rowOfQueue } from './queue-row.ts'
import { queue } from './schema.ts'

/** A queue of the inventory with when Spillway first and, to ten minutes, last saw it. */
export interface StoredQueue extends Queue {
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  /**
   * What was sent before this, at most, had outlived the retention when that was seen to change, epoch ms: a longer one brings nothing
   * back. Null while it was not seen to.
   */
  readonly expiredBeforeMs: number | null
}

/**
 * Stores what the inventory told. With `isComplete`, queues that it no longer names are gone; one that comes back is not.
 * Returns the names of those that are gone since this reading.
 */
export async function upsertQueues(
  tx: Tx,
  queues: readonly Queue[],
  atMs: number,
  isComplete: boolean,
): Promise<readonly string[]> {
  const seen = momentOf(atMs)
  const rows = [...new Map(queues.map((each) => [each.arn, each])).values()].toSorted((a, b) =>
    a.arn < b.arn ? -1 : 1,
  )
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT)
    await upsertChunk(tx, rows.slice(start, start + ROWS_A_STATEMENT), seen)
  if (!isComplete) return []
  const gone = await tx
    .update(queue)
    .set({ gone: seen })
    .where(
      and(
        isNull(queue.gone),
        lte(queue.lastSeen, seen),
        sql`${queue.arn} <> all(${jsonTexts(rows.map(({ arn }) => arn))})`,
      ),
    )
    .returning({ name: queue.name })
  return gone.map(({ name }) => name)
}

/** Of these names, those of queues that were known once and are gone now; one that another queue bears since is not. */
export async function listGoneNames(tx: Tx, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return []
  return (
    await tx
      .select({ name: queue.name })
      .from(queue)
      .where(inArray(queue.name, [...names]))
      .groupBy(queue.name)
      .having(sql`bool_and(${queue.gone} is not null)`)
  ).map(({ name }) => name)
}

/** ARN of the queue with this URL; null for one that is gone. */
export async function findQueueArn(tx: Tx, url: string): Promise<string | null> {
  const [row] = await tx
    .select({ arn: queue.arn })
    .from(queue)
    .where(and(eq(queue.url, url), isNull(queue.gone)))
  return row?.arn ?? null
}

/** Queues that are not gone, by name. */
export async function listQueues(tx: Tx): Promise<StoredQueue[]> {
  const rows = await tx.select().from(queue).where(isNull(queue.gone)).orderBy(asc(queue.name), asc(queue.arn))
  return rows.map((row) => ({
    ...queueOfRow(row),
    firstSeenMs: msOf(row.firstSeen),
    lastSeenMs: msOf(row.lastSeen),
    expiredBeforeMs: msOf(row.expiredBefore),
  }))
}

/** A statement carries at most 65,535 parameters; a queue has 22. */
const ROWS_A_STATEMENT = 1_000

/** What an inventory may change of a queue that is known. */
const TOLD = [
  queue.name,
  queue.url,
  queue.isFifo,
  queue.dlqArn,
  queue.maxReceiveCount,
  queue.redriveAllow,
  queue.retentionSeconds,
  queue.visibilityTimeoutSeconds,
  queue.delaySeconds,
  queue.maximumMessageBytes,
  queue.kmsKeyId,
  queue.isSqsEncrypted,
  queue.created,
  queue.tags,
  queue.tagsAsked,
  queue.beatSeconds,
  queue.asked,
  queue.quietSince,
] as const

/** A queue of which nothing is new is not written again each time: with thousands of them that would be most of what is written. */
async function upsertChunk(tx: Tx, queues: readonly Queue[], seen: Date): Promise<void> {
  if (queues.length === 0) return
  const columns = TOLD.map((column) => sql.identifier(column.name))
  const stored = sql.join(
    columns.map((column) => sql`${queue}.${column}`),
    sql`, `,
  )
  const told = sql.join(
    columns.map((column) => sql`excluded.${column}`),
    sql`, `,
  )
  await tx
    .insert(queue)
    .values(queues.map((each) => ({ ...rowOfQueue(each), firstSeen: seen, lastSeen: seen })))
    .onConflictDoUpdate({
      target: queue.arn,
      set: {
        ...Object.fromEntries(
          Object.entries(getTableColumns(queue))
            .filter(([, column]) => TOLD.some(({ name }) => name === column.name))
            .map(([key, column]) => [key, sql`excluded.${sql.identifier(column.name)}`]),
        ),
        lastSeen: sql`greatest(${queue.lastSeen}, excluded.last_seen_at)`,
        gone: null,
        expiredBefore: sql`case when ${queue.retentionSeconds} is distinct from excluded.retention_seconds
          then greatest(${queue.expiredBefore}, excluded.last_seen_at - make_interval(secs => ${queue.retentionSeconds}))
          else ${queue.expiredBefore} end`,
      },
      setWhere: sql`(${stored}) is distinct from (${told}) or ${queue.gone} is not null
        or ${queue.lastSeen} < excluded.last_seen_at - interval '10 minutes'`,
    })
}
