import { formatDuration } from '#components/ui/format-duration.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { PersonMailRow, PersonPage } from '#lib/views/person/contract.ts'

/** The person's e-mails as they stand, the latest change first. */
export function PersonMails({ mails }: Pick<PersonPage, 'mails'>) {
  return (
    <Part title="Their e-mails">
      {mails.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">
          No e-mail to them was ever heard of, not even a planned one.
        </p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">E-mail</th>
              <th scope="col">Stands as</th>
              <th scope="col" className="max-sm:hidden">
                Office
              </th>
              <th scope="col" className="max-md:hidden">
                Mail domain
              </th>
              <th scope="col" className="number">
                Last change
              </th>
            </tr>
          </thead>
          <tbody>
            {mails.map((mail) => (
              <Row key={mail.id} mail={mail} />
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}

function Row({ mail }: { readonly mail: PersonMailRow }) {
  const isBad = mail.why !== null
  return (
    <tr>
      <td className="py-1.5">
        {mail.notificationType ?? 'not told'}
        {mail.isLocalOffice ? <span className="ms-2 text-12 text-soft">to the office</span> : null}
        {mail.isOnboarding ? null : <span className="ms-2 text-12 text-soft">not onboarding</span>}
      </td>
      <td className="py-1.5">
        <span className={`inline-flex items-center gap-2 ${isBad ? 'text-bad' : ''}`}>
          <StateMark truth={isBad ? 'bad' : mail.plannedMs === null ? 'ok' : 'muted'} />
          <span>
            {mail.status}
            {mail.why === null ? '' : `: ${mail.why}`}
            {mail.plannedMs === null ? null : (
              <>
                {' '}
                for <Time atMs={mail.plannedMs} />
              </>
            )}
            {mail.recoveredInMs === null ? null : (
              <span className="ms-2 text-12 text-soft">{formatDuration(mail.recoveredInMs)} after it failed</span>
            )}
          </span>
        </span>
      </td>
      <td className="text-soft max-sm:hidden">{mail.localOffice ?? '—'}</td>
      <td className="text-soft max-md:hidden">{mail.domain ?? '—'}</td>
      <td className="number">
        <Time atMs={mail.atMs} />
      </td>
    </tr>
  )
}
