import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { jsonTexts } from './json-rows.ts'

/** By body (its MD5): from how many redrives of the queue a message with that body came back. Bodies that never did are left out. */
export async function countReturns(
  tx: Tx,
  sourceQueue: string,
  bodyMd5s: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (bodyMd5s.length === 0) return new Map()
  const { rows } = await tx.execute<{ body: string; returns: number | string }>(sql`
    select body_md5 as body, count(distinct redrive) as returns from redrive_message
    where source_queue = ${sourceQueue} and came_back_at is not null and body_md5 = any(${jsonTexts(bodyMd5s)})
    group by body_md5`)
  return new Map(rows.map(({ body, returns }) => [body, Number(returns)]))
}
