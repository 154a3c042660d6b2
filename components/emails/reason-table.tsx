import Link from 'next/link'
import { formatCount } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { filterOfReason, filterQuery } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Emails } from '#lib/views/emails/contract.ts'

/** Open failures by their reason, most first; the bar is the reason's share. */
export function ReasonTable({ reasons, isKnown }: Pick<Emails, 'reasons'> & { readonly isKnown: boolean }) {
  return (
    <Part title="Why e-mails failed">
      {reasons.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">
          {isKnown ? 'No e-mail stands as failed.' : 'Not known: no outcome has come yet.'}
        </p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Reason</th>
              <th scope="col" className="number">
                Open
              </th>
              <th scope="col" className="w-2/5">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map((reason) => (
              <tr key={reason.reason}>
                <td>{reason.label}</td>
                <td className="number">
                  <Link
                    href={routes.people(filterQuery(filterOfReason(reason.reason)))}
                    prefetch={false}
                    className="quiet-link"
                  >
                    {formatCount(reason.open)}
                  </Link>
                </td>
                <td>
                  {Math.round(reason.share * 100)} %
                  <span
                    className="ms-3 inline-block h-2 bg-bad align-middle"
                    style={{ width: `${reason.share * 70}%` }}
                    aria-hidden="true"
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}
