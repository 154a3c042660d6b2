import 'server-only'
import { sql } from 'drizzle-orm'
import { AppError } from '#lib/domain/errors.ts'
import type { Db, Tx } from './db.ts'
import { momentText } from './moments.ts'

/** The right to do one thing alone for a while. `token` grows with every change of holder, so that a late writer is told apart. */
export interface Lease {
  readonly name: string
  readonly holder: string
  readonly token: number
}

/**
 * Takes a lease that is free, run out or already the holder's own; null when another holds it. Time is the database's clock,
 * so that processes with wrong clocks agree; `nowMs` replaces it in tests.
 */
export async function acquireLease(
  db: Db,
  wanted: { readonly name: string; readonly holder: string; readonly ttlSeconds: number; readonly nowMs?: number },
): Promise<Lease | null> {
  const { name, holder, ttlSeconds } = wanted
  const now = wanted.nowMs === undefined ? sql`clock_timestamp()` : sql`${momentText(wanted.nowMs)}::timestamptz`
  const expires = sql`${now} + make_interval(secs => ${ttlSeconds}::float8)`
  const { rows } = await db.orm.execute<{ token: number }>(sql`
    insert into lease as held (name, holder, token, expires_at) values (${name}, ${holder}, 1, ${expires})
    on conflict (name) do update set
      holder = excluded.holder,
      token = held.token + case when held.holder = excluded.holder and held.expires_at > ${now} then 0 else 1 end,
      expires_at = excluded.expires_at
    where held.holder = excluded.holder or held.expires_at <= ${now}
    returning token`)
  const token = rows[0]?.token
  return token === undefined ? null : { name, holder, token }
}

/** Prolongs a lease from now on; false when it was lost (it ran out and another took it, or it was released). */
export async function renewLease(db: Db, lease: Lease, ttlSeconds: number): Promise<boolean> {
  const { rows } = await db.orm.execute(sql`
    update lease set expires_at = clock_timestamp() + make_interval(secs => ${ttlSeconds}::float8)
    where name = ${lease.name} and holder = ${lease.holder} and token = ${lease.token}::bigint
    returning token`)
  return rows.length === 1
}

/** Gives a lease back, so that another may take it at once; the row stays, since its token must go on growing. */
export async function releaseLease(db: Db, lease: Lease): Promise<void> {
  await db.orm.execute(sql`
    update lease set expires_at = '-infinity'::timestamptz
    where name = ${lease.name} and holder = ${lease.holder} and token = ${lease.token}::bigint`)
}

/** The lease of whoever reads this source. */
export function sourceLease(source: string): string {
  return `source:${source}`
}

/** The names that begin with `prefix` of leases that somebody holds at this moment, by the database's clock. */
export async function listHeldLeases(tx: Tx, prefix: string): Promise<Set<string>> {
  const { rows } = await tx.execute<{ name: string }>(sql`
    select name from lease where starts_with(name, ${prefix}) and expires_at > clock_timestamp()`)
  return new Set(rows.map(({ name }) => name))
}

/**
 * Holds the lease until this transaction ends: nobody takes it over meanwhile, so what is written with it is written under it.
 * Throws `conflict` when it was lost.
 */
export async function assertLease(tx: Tx, lease: Lease): Promise<void> {
  const { rows } = await tx.execute(sql`
    select token from lease
    where name = ${lease.name} and holder = ${lease.holder} and token = ${lease.token}::bigint and isfinite(expires_at)
    for share`)
  if (rows.length === 0)
    throw new AppError('conflict', `The lease ${lease.name} was lost to another process; nothing of this step is kept.`)
}
