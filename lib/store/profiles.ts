import 'server-only'
import { sql } from 'drizzle-orm'
import type { Profile } from '#lib/domain/mark.ts'
import type { Tx } from './db.ts'
import { jsonRows } from './json-rows.ts'
import { atMoment, epochMs, momentText } from './moments.ts'

/** Stores profiles; one that is known keeps the earliest creation ever told. Returns the number of new ones. */
export async function insertProfiles(tx: Tx, profiles: readonly Profile[], observedAtMs: number): Promise<number> {
  const earliest = new Map<string, number>()
  for (const { ref, createdAtMs } of profiles)
    earliest.set(ref, Math.min(createdAtMs, earliest.get(ref) ?? Number.POSITIVE_INFINITY))
  if (earliest.size === 0) return 0
  const rows = [...earliest].map(([ref, created]) => ({ ref, created: momentText(created) }))
  const { rows: stored } = await tx.execute<{ isNew: boolean }>(sql`
    insert into profile (ref, created_at, first_seen_at)
    select ref, created, ${momentText(observedAtMs)}::timestamptz
    from ${jsonRows(
      'r',
      [
        ['ref', 'text'],
        ['created', 'timestamptz'],
      ],
      rows,
    )} order by ref
    on conflict (ref) do update set created_at = least(profile.created_at, excluded.created_at)
    returning xmax = 0 as "isNew"`)
  return stored.filter((row) => row.isNew).length
}

/** Profiles created in the range, and when the first one ever known was; test users are left out. */
export async function countProfilesCreated(
  tx: Tx,
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly total: number; readonly firstMs: number | null }> {
  const { rows } = await tx.execute<{ total: number; firstMs: number | null }>(sql`
    select count(*) as total, ${epochMs(sql`(select created_at from profile order by created_at limit 1)`)} as "firstMs"
    from profile
    where created_at >= ${atMoment(range.fromMs)} and created_at < ${atMoment(range.toMs)} and ref not like '-%'`)
  return rows[0] ?? { total: 0, firstMs: null }
}
