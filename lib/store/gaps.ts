import 'server-only'
import { and, asc, eq, gt, inArray, isNull, lt, or } from 'drizzle-orm'
import { GAP_REASONS, type Gap, type GapReason } from '#lib/domain/gap.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { gap } from './schema.ts'

/** Notes that a source cannot be read from `fromMs` on. While a gap of the same source and scope is open this only renews its reason. */
export async function openGap(tx: Tx, opened: Omit<Gap, 'toMs'>): Promise<void> {
  const { source, scope, reason, message } = opened
  await tx
    .insert(gap)
    .values({ source, scope, reason, message, from: momentOf(opened.fromMs) })
    .onConflictDoUpdate({ target: [gap.source, gap.scope], targetWhere: isNull(gap.to), set: { reason, message } })
}

/** Ends the open gap of a source and scope at the first good reading; does nothing when none is open. */
export async function closeGap(
  tx: Tx,
  closed: { readonly source: string; readonly scope: string; readonly toMs: number },
): Promise<void> {
  await tx
    .update(gap)
    .set({ to: momentOf(closed.toMs) })
    .where(and(eq(gap.source, closed.source), eq(gap.scope, closed.scope), isNull(gap.to)))
}

/** Gaps that touch the range, oldest first. With `scopes`, only those of these scopes (name `*` to include gaps of the whole source). */
export async function listGaps(
  tx: Tx,
  query: {
    readonly source?: string
    readonly scopes?: readonly string[]
    readonly fromMs: number
    readonly toMs: number
  },
): Promise<Gap[]> {
  const rows = await tx
    .select()
    .from(gap)
    .where(
      and(
        query.source === undefined ? undefined : eq(gap.source, query.source),
        query.scopes === undefined ? undefined : inArray(gap.scope, [...query.scopes]),
        lt(gap.from, momentOf(query.toMs)),
        or(isNull(gap.to), gt(gap.to, momentOf(query.fromMs))),
      ),
    )
    .orderBy(asc(gap.from), asc(gap.id))
  return rows.map(gapOf)
}

/** Gaps that last, oldest first. */
export async function listOpenGaps(tx: Tx): Promise<Gap[]> {
  const rows = await tx.select().from(gap).where(isNull(gap.to)).orderBy(asc(gap.from), asc(gap.id))
  return rows.map(gapOf)
}

function gapOf(row: typeof gap.$inferSelect): Gap {
  const { source, scope, message } = row
  return { source, scope, reason: reasonOf(row.reason), message, fromMs: msOf(row.from), toMs: msOf(row.to) }
}

function reasonOf(text: string): GapReason {
  return GAP_REASONS.find((reason) => reason === text) ?? 'internal'
}
