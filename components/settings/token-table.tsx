import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { hasRole, type Role } from '#lib/domain/role.ts'
import type { SettingsPage } from '#lib/views/settings/contract.ts'
import { RevokeButton } from './revoke-button.tsx'

interface TokenTableProps {
  readonly tokens: SettingsPage['tokens']
  readonly role: Role
}

/** Tokens of wallboards and senders: what each is for, when it was last used, and how to end it. */
export function TokenTable({ tokens, role }: TokenTableProps) {
  return (
    <Part title="Tokens" aside={<span className="font-mono">npm run token -- wall</span>}>
      {tokens.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">
          None yet. A wallboard needs one of purpose wall, a sender of profiles one of purpose ingest.
        </p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">For</th>
              <th scope="col" className="max-sm:hidden">
                Made
              </th>
              <th scope="col">Last used</th>
              <th scope="col">
                <span className="sr-only">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <tr key={token.id} className={token.isRevoked ? 'text-soft' : undefined}>
                <td>{token.name}</td>
                <td>{token.purpose}</td>
                <td className="max-sm:hidden">
                  <Time atMs={token.createdMs} />
                </td>
                <td>{token.lastUsedMs === null ? 'never' : <Time atMs={token.lastUsedMs} />}</td>
                <td className="number">
                  {token.isRevoked ? (
                    <span className="inline-flex items-center gap-2 text-muted">
                      <StateMark truth="muted" />
                      revoked
                    </span>
                  ) : hasRole(role, 'admin') ? (
                    <RevokeButton id={token.id} name={token.name} />
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}
