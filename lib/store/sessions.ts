import 'server-only'
import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Role } from '#lib/domain/role.ts'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { session } from './schema.ts'

/** A person's sign-in. It counts while it is neither expired nor revoked. */
export interface Session {
  readonly id: string
  /** The person's id at the identity provider. */
  readonly sub: string
  readonly name: string
  /** One of ROLES when it was written. */
  readonly role: string
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly revokedAtMs: number | null
}

export async function insertSession(
  tx: Tx,
  opened: Omit<Session, 'revokedAtMs' | 'role'> & { readonly role: Role },
): Promise<void> {
  const { createdAtMs, expiresAtMs, ...row } = opened
  await tx.insert(session).values({ ...row, created: momentOf(createdAtMs), expires: momentOf(expiresAtMs) })
}

/** The session with this id, whether it still counts or not; null when there is none. */
export async function getSession(tx: Tx, id: string): Promise<Session | null> {
  const [row] = await tx.select().from(session).where(eq(session.id, id))
  if (row === undefined) return null
  const { created, expires, revoked, ...rest } = row
  return { ...rest, createdAtMs: msOf(created), expiresAtMs: msOf(expires), revokedAtMs: msOf(revoked) }
}

/** Ends a session at once; the first revocation's moment stays. */
export async function revokeSession(tx: Tx, id: string, atMs: number): Promise<void> {
  await tx
    .update(session)
    .set({ revoked: momentOf(atMs) })
    .where(and(eq(session.id, id), isNull(session.revoked)))
}

/** Gives a running session another role; it counts from the next request on. */
export async function setSessionRole(tx: Tx, id: string, role: Role): Promise<void> {
  await tx.update(session).set({ role }).where(eq(session.id, id))
}

/** Ends every running session of a person at once. Returns how many. */
export async function revokeSessionsOf(tx: Tx, sub: string, atMs: number): Promise<number> {
  const ended = await tx
    .update(session)
    .set({ revoked: momentOf(atMs) })
    .where(and(eq(session.sub, sub), isNull(session.revoked)))
    .returning({ id: session.id })
  return ended.length
}

/** Removes sessions that have expired or been revoked before the moment. Returns their number. */
export async function dropSessionsEndedBefore(tx: Tx, beforeMs: number): Promise<number> {
  const before = momentOf(beforeMs)
  const dropped = await tx
    .delete(session)
    .where(or(lt(session.expires, before), lt(session.revoked, before)))
    .returning({ id: session.id })
  return dropped.length
}
