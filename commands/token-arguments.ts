import { tokenOrder, type TokenOrder } from '#lib/auth/manage-tokens.ts'

export const TOKEN_USAGE = `usage:
  npm run token -- wall ["Kitchen screen"]      a wallboard's address
  npm run token -- ingest ["Deploy pipeline"]   a secret for POST /api/ingest/...
  npm run token -- list
  npm run token -- revoke <id>`

/** What a token is called whose maker gave no name. */
const NAMELESS = { wall: 'Wallboard', ingest: 'Sender' } as const

/** What the arguments ask for; null when they are not one of the four forms. */
export function parseTokenArguments(given: readonly string[]): TokenOrder | null {
  const [word, value, ...rest] = given
  if (rest.length > 0) return null
  const wanted =
    word === 'wall' || word === 'ingest'
      ? { do: 'create', purpose: word, name: value ?? NAMELESS[word] }
      : word === 'revoke'
        ? { do: 'revoke', id: value }
        : word === 'list' && value === undefined
          ? { do: 'list' }
          : null
  return tokenOrder.safeParse(wanted).data ?? null
}
