import 'server-only'
import { sql } from 'drizzle-orm'
import type { SourceAddress } from '#lib/domain/source-address.ts'
import type { Tx } from './db.ts'
import { jsonRows } from './json-rows.ts'
import { momentText } from './moments.ts'

/** Keeps of each person what the source said last of their address. Returns the number of people of whom that is news. */
export async function insertSourceAddresses(tx: Tx, told: readonly SourceAddress[]): Promise<number> {
  const latest = new Map<string, SourceAddress>()
  for (const each of told) if (each.atMs >= (latest.get(each.ref)?.atMs ?? 0)) latest.set(each.ref, each)
  if (latest.size === 0) return 0
  const rows = [...latest.values()].map(({ ref, hasAddress, atMs }) => ({ ref, has: hasAddress, at: momentText(atMs) }))
  const { rows: stored } = await tx.execute(sql`
    insert into source_address (ref, has_address, told_at)
    select ref, has, at from ${jsonRows(
      'r',
      [
        ['ref', 'text'],
        ['has', 'boolean'],
        ['at', 'timestamptz'],
      ],
      rows,
    )} order by ref
    on conflict (ref) do update set has_address = excluded.has_address, told_at = excluded.told_at
    where source_address.told_at < excluded.told_at
    returning ref`)
  return stored.length
}
