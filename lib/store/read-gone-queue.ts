import 'server-only'
import { and, desc, eq, isNotNull } from 'drizzle-orm'
import type { Queue } from '#lib/domain/queue.ts'
import type { Tx } from './db.ts'
import { msOf } from './moments.ts'
import { queueOfRow } from './queue-row.ts'
import { queue } from './schema.ts'

/** A queue that a complete inventory no longer had, the latest of this name; null when none was ever known. */
export async function findGoneQueue(tx: Tx, name: string): Promise<(Queue & { readonly goneMs: number }) | null> {
  const [row] = await tx
    .select()
    .from(queue)
    .where(and(eq(queue.name, name), isNotNull(queue.gone)))
    .orderBy(desc(queue.gone))
    .limit(1)
  if (row === undefined || row.gone === null) return null
  return { ...queueOfRow(row), goneMs: msOf(row.gone) }
}
