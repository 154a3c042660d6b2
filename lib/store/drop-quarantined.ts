import 'server-only'
import { lt } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentOf } from './moments.ts'
import { quarantine } from './schema.ts'

/** Removes messages that have been in quarantine since before the moment. Returns their number. */
export async function dropQuarantinedBefore(tx: Tx, beforeMs: number): Promise<number> {
  const dropped = await tx
    .delete(quarantine)
    .where(lt(quarantine.received, momentOf(beforeMs)))
    .returning({ id: quarantine.id })
  return dropped.length
}
