import 'server-only'
import { z } from 'zod'
import { AppError } from '#lib/domain/errors.ts'
import { insertAudit } from '#lib/store/audit.ts'
import { withStore } from '#lib/store/outage.ts'
import type { Db } from '#lib/store/db.ts'
import { createToken, listTokens, revokeToken } from '#lib/store/tokens.ts'

/** What `npm run token` may ask for. */
export const tokenOrder = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('create'),
    purpose: z.enum(['wall', 'ingest']),
    name: z.string().trim().min(1).max(80),
  }),
  z.strictObject({ do: z.literal('revoke'), id: z.string().min(1).max(80) }),
  z.strictObject({ do: z.literal('list') }),
])
export type TokenOrder = z.output<typeof tokenOrder>

/** A token without its secret. */
export interface TokenLine {
  readonly id: string
  readonly purpose: string
  readonly name: string
  readonly createdMs: number
  readonly lastUsedMs: number | null
  readonly isRevoked: boolean
}

export type TokenAnswer =
  | { readonly did: 'create'; readonly id: string; readonly secret: string }
  | { readonly did: 'revoke'; readonly id: string }
  | { readonly did: 'list'; readonly tokens: readonly TokenLine[] }

/** Makes, revokes or lists tokens, and audits what changed, in one transaction. Throws `not_found` for an id that no token has. */
export async function manageTokens(order: TokenOrder, actor: string): Promise<TokenAnswer> {
  return withStore((db) => carryOut(db, order, actor, Date.now()))
}

async function carryOut(db: Db, order: TokenOrder, actor: string, atMs: number): Promise<TokenAnswer> {
  if (order.do === 'list') return { did: 'list', tokens: (await listTokens(db.orm)).map(lineOf) }
  return db.transaction(async (tx) => {
    if (order.do === 'create') {
      const { id, secret } = await createToken(tx, { purpose: order.purpose, name: order.name, atMs })
      const detail = { id, purpose: order.purpose, name: order.name }
      await insertAudit(tx, { atMs, actor, action: 'create-token', result: 'done', detail })
      return { did: 'create', id, secret }
    }
    if (!(await revokeToken(tx, order.id, atMs)))
      throw new AppError(
        'not_found',
        `No token that still counts has the id ${order.id}. "npm run token -- list" shows them.`,
      )
    await insertAudit(tx, { atMs, actor, action: 'revoke-token', result: 'done', detail: { id: order.id } })
    return { did: 'revoke', id: order.id }
  })
}

function lineOf(token: Awaited<ReturnType<typeof listTokens>>[number]): TokenLine {
  const { id, purpose, name, createdMs, lastUsedMs } = token
  return { id, purpose, name, createdMs, lastUsedMs, isRevoked: token.revokedMs !== null }
}
