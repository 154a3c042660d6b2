import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Tx } from './db.ts'
import { momentOf, msOf } from './moments.ts'
import { token } from './schema.ts'

export const TOKEN_PURPOSES = ['wall', 'ingest'] as const
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number]

/** A key for one purpose; its secret is not kept, so it cannot be shown again. */
export interface StoredToken {
  readonly id: string
  readonly purpose: string
  readonly name: string
  readonly createdMs: number
  readonly lastUsedMs: number | null
  readonly revokedMs: number | null
}

/** Makes a token. `secret` is told here and never again: only its SHA-256 is stored (256 random bits need no slower hash). */
export async function createToken(
  tx: Tx,
  wanted: { readonly purpose: TokenPurpose; readonly name: string; readonly atMs: number },
): Promise<{ id: string; secret: string }> {
  const id = randomBytes(6).toString('hex')
  const secret = `spw_${wanted.purpose}_${randomBytes(32).toString('base64url')}`
  const { purpose, name } = wanted
  await tx.insert(token).values({ id, purpose, name, hash: hashOf(secret), created: momentOf(wanted.atMs) })
  return { id, secret }
}

/** The token with this secret, if it is made for this purpose and not revoked; else null. */
export async function findToken(tx: Tx, secret: string, purpose: TokenPurpose): Promise<StoredToken | null> {
  const [row] = await tx
    .select()
    .from(token)
    .where(and(eq(token.hash, hashOf(secret)), eq(token.purpose, purpose), isNull(token.revoked)))
  return row === undefined ? null : tokenOf(row)
}

/** Notes that a token was used. */
export async function touchToken(tx: Tx, id: string, atMs: number): Promise<void> {
  await tx
    .update(token)
    .set({ lastUsed: momentOf(atMs) })
    .where(eq(token.id, id))
}

/** Ends a token at once. Returns false when no token that still counts has this id. */
export async function revokeToken(tx: Tx, id: string, atMs: number): Promise<boolean> {
  const revoked = await tx
    .update(token)
    .set({ revoked: momentOf(atMs) })
    .where(and(eq(token.id, id), isNull(token.revoked)))
    .returning({ id: token.id })
  return revoked.length > 0
}

/** All tokens, revoked ones too, oldest first. */
export async function listTokens(tx: Tx): Promise<StoredToken[]> {
  const rows = await tx.select().from(token).orderBy(asc(token.created), asc(token.id))
  return rows.map(tokenOf)
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function tokenOf(row: typeof token.$inferSelect): StoredToken {
  const { id, purpose, name, created, lastUsed, revoked } = row
  return { id, purpose, name, createdMs: msOf(created), lastUsedMs: msOf(lastUsed), revokedMs: msOf(revoked) }
}
