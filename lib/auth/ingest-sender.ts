import 'server-only'
import { AppError } from '#lib/domain/errors.ts'
import { withStore } from '#lib/store/outage.ts'
import { findToken, touchToken } from '#lib/store/tokens.ts'

const HOW_TO =
  'Send "Authorization: Bearer <secret>" with a token made by: npm run token -- ingest "Name of the sender"'

/** The sender behind a bearer token of purpose ingest; throws `not_signed_in` without one and `forbidden` with another. */
export async function requireIngestSender(authorization: string | null, nowMs: number): Promise<{ tokenId: string }> {
  const secret = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
  if (secret === undefined) throw new AppError('not_signed_in', `This address takes a token. ${HOW_TO}`)
  return withStore(async (db) => {
    const token = await findToken(db.orm, secret, 'ingest')
    if (token === null)
      throw new AppError('forbidden', `The token is unknown, revoked or made for another purpose. ${HOW_TO}`)
    await touchToken(db.orm, token.id, nowMs)
    return { tokenId: token.id }
  })
}
