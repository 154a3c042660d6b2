import 'server-only'
import { and, asc, eq, gte, isNull, lt, or } from 'drizzle-orm'
import { withoutRepeats, type Mark } from '#lib/domain/mark.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { mark } from './schema.ts'

/** Stores marks; one that is known already (same moment, kind, title and service) is left alone. Returns the number of new ones. */
export async function insertMarks(tx: Tx, marks: readonly Mark[]): Promise<number> {
  if (marks.length === 0) return 0
  const rows = marks.map(({ atMs, ...each }) => ({ ...each, at: momentOf(atMs) }))
  const stored = await tx.insert(mark).values(rows).onConflictDoNothing().returning({ id: mark.id })
  return stored.length
}

/** Marks of a range, oldest first, each deploy once however many tell of it. With `service`, those of that service and those that concern all. */
export async function listMarks(
  tx: Tx,
  query: { readonly fromMs: number; readonly toMs: number; readonly service?: string },
): Promise<Mark[]> {
  const rows = await tx
    .select()
    .from(mark)
    .where(
      and(
        gte(mark.at, momentOf(query.fromMs)),
        lt(mark.at, momentOf(query.toMs)),
        query.service === undefined ? undefined : or(isNull(mark.service), eq(mark.service, query.service)),
      ),
    )
    .orderBy(asc(mark.at), asc(mark.id))
  return withoutRepeats(
    rows.map(({ at, kind, service, title, version }) => ({
      atMs: msOf(at),
      kind: MARK_KINDS.find((each) => each === kind) ?? 'other',
      service,
      title,
      version,
    })),
  )
}

const MARK_KINDS = ['deploy', 'release', 'attribute', 'other'] as const
