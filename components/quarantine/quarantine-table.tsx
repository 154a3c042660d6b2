import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { Quarantine, QuarantineRow } from '#lib/views/quarantine/contract.ts'
import { TryAgain } from './try-again.tsx'

interface QuarantineTableProps extends Pick<Quarantine, 'rows' | 'total' | 'keptDays'> {
  readonly role: Role
}

/** Messages that were not understood, the newest first: why, what they look like, and a way to try them again. */
export function QuarantineTable({ rows, total, keptDays, role }: QuarantineTableProps) {
  const days = keptDays === 1 ? 'a day' : `${keptDays} days`
  return (
    <Part
      title="Not understood"
      aside={total > rows.length ? `the newest ${rows.length} of ${total}` : `kept encrypted for ${days}`}
    >
      {rows.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">Nothing waits here.</p>
      ) : (
        <>
          <TryAgain ids={rows.map(({ id }) => id)} role={role} />
          <table className="table">
            <thead>
              <tr>
                <th scope="col">What is wrong</th>
                <th scope="col" className="max-sm:hidden">
                  Came by
                </th>
                <th scope="col" className="number">
                  Came
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <MessageRow key={row.id} row={row} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </Part>
  )
}

function MessageRow({ row }: { readonly row: QuarantineRow }) {
  return (
    <tr>
      <td className="py-1.5">
        <Reason words={row.reason} />
        <span className="block font-mono text-12 break-all text-soft">{row.messageId}</span>
        {row.triedMs === null ? null : (
          <span className="block text-12 text-soft">
            tried again {row.tries === 1 ? 'once' : `${row.tries} times`}, last <Time atMs={row.triedMs} />
          </span>
        )}
        {row.masked === null ? null : (
          <details>
            <summary className="min-h-6 text-link">The message, values hidden</summary>
            <pre className="max-h-64 overflow-auto bg-sunk p-3 font-mono text-12">{row.masked}</pre>
          </details>
        )}
      </td>
      <td className="max-sm:hidden">{row.source}</td>
      <td className="number">
        <Time atMs={row.receivedMs} />
      </td>
    </tr>
  )
}

/** `sentAt: is not a moment …`, the field in front of what is wrong with it. */
function Reason({ words }: { readonly words: string }) {
  const at = words.indexOf(': ')
  if (at === -1) return words
  return (
    <>
      <span className="font-medium">{words.slice(0, at)}</span>
      {words.slice(at + 1)}
    </>
  )
}
