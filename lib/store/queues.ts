import 'server-only'
import { and, asc, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Queue } from '#lib/domain/queue.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { queue } from './schema.ts'

/** A queue of the inventory with when Spillway first and last saw it. */
export type StoredQueue = Queue & { readonly firstSeenMs: number; readonly lastSeenMs: number }

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
    .where(and(isNull(queue.gone), lt(queue.lastSeen, seen)))
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

/** Queues that are not gone, by name. */
export async function listQueues(tx: Tx): Promise<StoredQueue[]> {
  const rows = await tx.select().from(queue).where(isNull(queue.gone)).orderBy(asc(queue.name), asc(queue.arn))
  return rows.map((row) => ({
    name: row.name,
    url: row.url,
    arn: row.arn,
    isFifo: row.isFifo,
    dlqArn: row.dlqArn,
    maxReceiveCount: row.maxReceiveCount,
    retentionSeconds: row.retentionSeconds,
    visibilityTimeoutSeconds: row.visibilityTimeoutSeconds,
    delaySeconds: row.delaySeconds,
    kmsKeyId: row.kmsKeyId,
    createdAtMs: msOf(row.created),
    firstSeenMs: msOf(row.firstSeen),
    lastSeenMs: msOf(row.lastSeen),
  }))
}

/** A statement carries at most 65,535 parameters; a queue has 13. */
const ROWS_A_STATEMENT = 1_000

async function upsertChunk(tx: Tx, queues: readonly Queue[], seen: Date): Promise<void> {
  if (queues.length === 0) return
  await tx
    .insert(queue)
    .values(
      queues.map(({ createdAtMs, ...each }) => ({
        ...each,
        created: momentOf(createdAtMs),
        firstSeen: seen,
        lastSeen: seen,
      })),
    )
    .onConflictDoUpdate({
      target: queue.arn,
      set: {
        name: sql`excluded.name`,
        url: sql`excluded.url`,
        isFifo: sql`excluded.is_fifo`,
        dlqArn: sql`excluded.dlq_arn`,
        maxReceiveCount: sql`excluded.max_receive_count`,
        retentionSeconds: sql`excluded.retention_seconds`,
        visibilityTimeoutSeconds: sql`excluded.visibility_timeout_seconds`,
        delaySeconds: sql`excluded.delay_seconds`,
        kmsKeyId: sql`excluded.kms_key_id`,
        created: sql`excluded.created_at`,
        lastSeen: sql`greatest(${queue.lastSeen}, excluded.last_seen_at)`,
        gone: null,
      },
    })
}
