import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'

/** First of two keys; any number that nobody else uses. */
const ADVISORY_LOCK = 735_013

/**
 * Holds a detector's states and findings until this transaction ends. They are read, changed and written back, and rows that do not
 * exist yet cannot be locked; without this, two processes that tell the same detector something would lose one of the two.
 * Take the locks of several detectors in the order of their ids, and after every other row of the transaction.
 */
export async function lockDetector(tx: Tx, detector: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(ADVISORY_LOCK))}, hashtext(${detector}::text))`)
}
