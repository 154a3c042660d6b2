import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentText } from './moments.ts'

const MOST_RETENTION_DAYS = 14

/** True where redrives have sent messages of a queue and do not know that they are deleted from it; not of those that SQS has dropped since. */
export async function hasUndeleted(tx: Tx, queue: string, nowMs: number): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from redrive_message
    where source_queue = ${queue} and state = 'sent'
      and read_at > ${momentText(nowMs)}::timestamptz - make_interval(days => ${MOST_RETENTION_DAYS}::integer) limit 1`)
  return rows.length > 0
}
