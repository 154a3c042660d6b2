import 'server-only'
import { sql } from 'drizzle-orm'
import type { Tx } from './db.ts'

/** Any number that nobody else uses. */
const ADVISORY_LOCK = 735_017

/**
 * Lets one transaction at a time open, change and end incidents by what is found. Take it after the locks of detectors; people who
 * acknowledge or resolve do not take it, but hold the incident's row.
 */
export async function lockIncidents(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(ADVISORY_LOCK))})`)
}
