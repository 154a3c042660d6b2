import 'server-only'
import type { WallScreen } from '#lib/domain/viewer.ts'
import { withStore } from '#lib/store/outage.ts'
import { findToken, listTokens, touchToken } from '#lib/store/tokens.ts'

/** A wallboard asks every few seconds; when it was last seen need not be known closer than this. */
const TOUCH_EVERY_MS = 60_000

/** The wallboard that holds this secret; null when it is unknown or revoked. Notes when it was last seen, at most once a minute. */
export async function findWallScreen(secret: string, nowMs: number): Promise<WallScreen | null> {
  return withStore(async (db) => {
    const token = await findToken(db.orm, secret, 'wall')
    if (token === null) return null
    if (nowMs - (token.lastUsedMs ?? 0) >= TOUCH_EVERY_MS) await touchToken(db.orm, token.id, nowMs)
    return { kind: 'wall', tokenId: token.id }
  })
}

/** False when the token was revoked. */
export async function isWallTokenValid(tokenId: string): Promise<boolean> {
  const tokens = await withStore((db) => listTokens(db.orm))
  return tokens.some(({ id, revokedMs }) => id === tokenId && revokedMs === null)
}
