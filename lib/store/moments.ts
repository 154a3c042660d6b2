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
  if (ms === null) return null
  const known = texts.get(ms)
  if (known !== undefined) return known
  if (texts.size >= MOST_TEXTS) texts.clear()
  const text = new Date(ms).toISOString()
  texts.set(ms, text)
  return text
}

/** Texts of the latest moments: a row holds the same one several times, and writing it is the dearest part of a row. */
const texts = new Map<number, string>()
const MOST_TEXTS = 4_096

/** SQL for epoch ms of an expression of type timestamptz; a number on both stores. */
export function epochMs(moment: SQL | PgColumn): SQL<number> {
  return sql<number>`(extract(epoch from ${moment}) * 1000)::float8`
}

/** SQL for a moment given in epoch ms. */
export function atMoment(ms: number): SQL {
  return sql`${momentText(ms)}::timestamptz`
}
