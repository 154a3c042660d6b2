import 'server-only'
import { desc } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { audit } from './schema.ts'

/** Who did what, or was refused. Kept for good; `detail` is plain JSON without personal data. */
export interface AuditEntry {
  readonly atMs: number
  /** Who acted, e.g. `person:<sub>`, `token:<id>`, `spillway`. */
  readonly actor: string
  readonly action: string
  readonly result: 'done' | 'refused'
  readonly detail: Readonly<Record<string, unknown>>
}

export async function insertAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  const { atMs, ...row } = entry
  await tx.insert(audit).values({ ...row, at: momentOf(atMs) })
}

/** The newest entries, newest first. */
export async function listAudit(tx: Tx, limit = 100): Promise<(AuditEntry & { readonly id: number })[]> {
  const rows = await tx.select().from(audit).orderBy(desc(audit.at), desc(audit.id)).limit(limit)
  return rows.map(({ id, at, actor, action, result, detail }) => ({
    id,
    atMs: msOf(at),
    actor,
    action,
    result: result === 'done' ? 'done' : 'refused',
    detail: detail !== null && typeof detail === 'object' ? { ...detail } : {},
  }))
}
