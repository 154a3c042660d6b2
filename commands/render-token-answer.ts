import type { TokenAnswer, TokenLine, TokenOrder } from '#lib/auth/manage-tokens.ts'
import { routes } from '#lib/domain/routes.ts'

/** The answer as people read it in a terminal. A secret is shown this once: the store keeps its hash alone. */
export function renderTokenAnswer(order: TokenOrder, answer: TokenAnswer, baseUrl: string): string {
  if (answer.did === 'revoke') return `Token ${answer.id} is revoked.`
  if (answer.did === 'list') return renderList(answer.tokens)
  const isWall = order.do === 'create' && order.purpose === 'wall'
  const use = isWall
    ? `Open this address on the screen; it moves the token into a cookie at once:\n\n  ${new URL(routes.wallWith(answer.secret), baseUrl).href}`
    : `Send it with each request:\n\n  Authorization: Bearer ${answer.secret}`
  return `Token ${answer.id}. Its secret is shown only now. ${use}\n\nRevoke it with: npm run token -- revoke ${answer.id}`
}

function renderList(tokens: readonly TokenLine[]): string {
  if (tokens.length === 0) return 'There are no tokens.'
  const head = ['id', 'purpose', 'name', 'made', 'last used', 'state']
  const rows = tokens.map((token) => [
    token.id,
    token.purpose,
    token.name,
    dayOf(token.createdMs),
    token.lastUsedMs === null ? 'never' : dayOf(token.lastUsedMs),
    token.isRevoked ? 'revoked' : 'counts',
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Day and minute in UTC, which a terminal has no better zone for. */
function dayOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}Z`
}
