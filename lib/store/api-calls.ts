import 'server-only'
import { asc, gte, lt, sql } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { apiCall } from './schema.ts'

/** Calls of one operation of one upstream service. */
export interface CallCount {
  readonly service: string
  readonly operation: string
  readonly count: number
}

/** Adds upstream calls to the counts of the day (UTC) of `atMs`. */
export async function addCalls(tx: Tx, calls: readonly CallCount[], atMs: number): Promise<void> {
  const sums = new Map<string, CallCount>()
  for (const call of calls) {
    const key = `${call.service} ${call.operation}`
    sums.set(key, { ...call, count: call.count + (sums.get(key)?.count ?? 0) })
  }
  const day = dayOf(atMs)
  const rows = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => ({ day, ...call }))
  if (rows.length === 0) return
  await tx
    .insert(apiCall)
    .values(rows)
    .onConflictDoUpdate({
      target: [apiCall.day, apiCall.service, apiCall.operation],
      set: { count: sql`${apiCall.count} + excluded.count` },
    })
}

/** Calls by day, service and operation since the day (UTC) of `sinceMs`, oldest first. `day` is like `2024-11-07`. */
export async function listCalls(tx: Tx, sinceMs: number): Promise<(CallCount & { readonly day: string })[]> {
  return tx
    .select()
    .from(apiCall)
    .where(gte(apiCall.day, dayOf(sinceMs)))
    .orderBy(asc(apiCall.day), asc(apiCall.service), asc(apiCall.operation))
}

/** Removes the counts of days (UTC) before the day of the moment. Returns their number. */
export async function dropCallsBefore(tx: Tx, beforeMs: number): Promise<number> {
  const dropped = await tx
    .delete(apiCall)
    .where(lt(apiCall.day, dayOf(beforeMs)))
    .returning({ day: apiCall.day })
  return dropped.length
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
