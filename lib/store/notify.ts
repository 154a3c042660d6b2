import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'

/** Sends a notification to every connection that listens on the channel; at most 7,999 bytes. PostgreSQL only: the embedded store has no listeners. */
export async function notify(tx: Tx, channel: string, payload: string): Promise<void> {
  await tx.execute(sql`select pg_notify(${channel}::text, ${payload}::text)`)
}
