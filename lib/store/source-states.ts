import 'server-only'
import { asc, eq, sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { sourceState } from './schema.ts'

/** When a source was asked and answered, and where it left off. */
export interface SourceState {
  readonly source: string
  /** Start of the last poll that was tried; null before the first. */
  readonly lastAttemptMs: number | null
  readonly lastOkMs: number | null
  /** Start of the present failure; null while it answers. */
  readonly failingSinceMs: number | null
  readonly reason: string | null
  readonly message: string | null
  readonly cursor: Readonly<Record<string, unknown>> | null
}

export async function listSourceStates(tx: Tx): Promise<SourceState[]> {
  const rows = await tx.select().from(sourceState).orderBy(asc(sourceState.source))
  return rows.map(stateOf)
}

/** The state of one source; null before its first poll. */
export async function getSourceState(tx: Tx, source: string): Promise<SourceState | null> {
  const [row] = await tx.select().from(sourceState).where(eq(sourceState.source, source))
  return row === undefined ? null : stateOf(row)
}

/** Notes that a poll starts, so that another process keeps the beat. */
export async function recordAttempt(tx: Tx, source: string, atMs: number): Promise<void> {
  const lastAttempt = momentOf(atMs)
  await tx
    .insert(sourceState)
    .values({ source, lastAttempt })
    .onConflictDoUpdate({ target: sourceState.source, set: { lastAttempt } })
}

/** Notes a good poll and its cursor; ends the failure. Belongs into the transaction that stores the readings. */
export async function recordOk(tx: Tx, source: string, atMs: number, cursor: SourceState['cursor']): Promise<void> {
  const values = { lastOk: momentOf(atMs), failingSince: null, reason: null, message: null, cursor }
  await tx
    .insert(sourceState)
    .values({ source, ...values })
    .onConflictDoUpdate({ target: sourceState.source, set: values })
}

/** Notes a failed poll. The failure's start stays when it already lasts; the cursor stays too. */
export async function recordFailure(
  tx: Tx,
  source: string,
  atMs: number,
  // Two texts that belong together, kept flat as the callers have them.
  ...[reason, message]: readonly [reason: string, message: string]
): Promise<void> {
  const failingSince = momentOf(atMs)
  await tx
    .insert(sourceState)
    .values({ source, failingSince, reason, message })
    .onConflictDoUpdate({
      target: sourceState.source,
      set: { failingSince: sql`coalesce(${sourceState.failingSince}, excluded.failing_since)`, reason, message },
    })
}

function stateOf(row: typeof sourceState.$inferSelect): SourceState {
  return {
    source: row.source,
    lastAttemptMs: msOf(row.lastAttempt),
    lastOkMs: msOf(row.lastOk),
    failingSinceMs: msOf(row.failingSince),
    reason: row.reason,
    message: row.message,
    cursor: cursorOf(row.cursor),
  }
}

function cursorOf(value: unknown): SourceState['cursor'] {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null
}
