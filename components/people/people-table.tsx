import Link from 'next/link'
import { Age, Time } from '#components/ui/time.tsx'
import { typeLabel } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import type { ListedPersonRow } from '#lib/views/people-list/contract.ts'

interface PeopleTableProps {
  readonly rows: readonly ListedPersonRow[]
  /** They wait for an e-mail: then the moment is when that began. */
  readonly isWaiting: boolean
}

/** A page of people; each opens their story. */
export function PeopleTable({ rows, isWaiting }: PeopleTableProps) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Why</th>
          <th scope="col" className="max-lg:hidden">
            Upstream says
          </th>
          <th scope="col" className="max-md:hidden">
            E-mail
          </th>
          <th scope="col" className="max-sm:hidden">
            Office
          </th>
          <th scope="col" className="max-xl:hidden">
            Mail domain
          </th>
          <th scope="col" className="max-md:hidden">
            Asked again
          </th>
          <th scope="col" className="number">
            {isWaiting ? 'Since' : 'When'}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ row }: { readonly row: ListedPersonRow }) {
  return (
    <tr>
      <td className="font-mono text-12 whitespace-nowrap">
        <Link href={routes.person(row.key)} prefetch={false} className="quiet-link">
          {row.ref}
        </Link>
      </td>
      <td>
        {row.why}
        {row.emails > 1 ? <span className="ms-2 text-12 text-soft">{row.emails} e-mails</span> : null}
      </td>
      <td className="max-w-[18rem] truncate text-soft max-lg:hidden" title={row.detail ?? undefined}>
        {row.detail ?? '—'}
      </td>
      <td className="text-soft max-md:hidden">
        {row.notificationType === null ? 'none exists' : typeLabel(row.notificationType)}
      </td>
      <td className="text-soft max-sm:hidden">{row.localOffice ?? '—'}</td>
      <td className="text-soft max-xl:hidden">{row.domain ?? '—'}</td>
      <td className="text-soft max-md:hidden">
        {row.askedMs === null ? (
          'not yet'
        ) : (
          <>
            <Time atMs={row.askedMs} />
            {row.asked > 1 ? ` (${row.asked} times)` : ''}
          </>
        )}
      </td>
      <td className="number">
        <Time atMs={row.sinceMs} />
        <span className="ms-3 hidden w-20 text-soft sm:inline-block">
          <Age atMs={row.sinceMs} />
        </span>
      </td>
    </tr>
  )
}
