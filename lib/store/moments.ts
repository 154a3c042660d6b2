import { sql, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Epoch ms of a stored moment; null stays null. */
export function msOf(moment: Date): number
export function msOf(moment: Date | null): number | null
export function msOf(moment: Date | null): number | null {
  return moment === null ? null : moment.getTime()
}

/** A moment to store from epoch ms; null stays null. */
export function momentOf(ms: number): Date
export function momentOf(ms: number | null): Date | null
export function momentOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

/** Epoch ms as text that PostgreSQL reads as a moment, for rows that travel as JSON. */
export function momentText(ms: number): string
export function momentText(ms: number | null): string | null
export function momentText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

/** SQL for epoch ms of an expression of type timestamptz; a number on both stores. */
export function epochMs(moment: SQL | PgColumn): SQL<number> {
  return sql<number>`(extract(epoch from ${moment}) * 1000)::float8`
}

/** SQL for a moment given in epoch ms. */
export function atMoment(ms: number): SQL {
  return sql`${momentText(ms)}::timestamptz`
}
