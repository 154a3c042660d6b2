import Link from 'next/link'
import { formatCount } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Age, Time } from '#components/ui/time.tsx'
import { typeLabel } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Emails } from '#lib/views/emails/contract.ts'

interface PersonTableProps extends Pick<Emails, 'persons' | 'peopleLeftOut'> {
  readonly isKnown: boolean
}

/** Who is without, longest first: the first dozen, and the way to all of them. */
export function PersonTable({ persons, peopleLeftOut, isKnown }: PersonTableProps) {
  return (
    <Part title="Who is without">
      {persons.length === 0 ? (
        <p className="flex items-center gap-3 border-y border-t-strong border-b-rule py-2.5 text-soft">
          <StateMark truth={isKnown ? 'ok' : 'unknown'} />
          {isKnown ? 'Nobody that Spillway knows by name.' : 'Not known: no outcome has come yet.'}
        </p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Why</th>
              <th scope="col" className="max-md:hidden">
                E-mail
              </th>
              <th scope="col" className="max-md:hidden">
                Office
              </th>
              <th scope="col" className="number">
                Since
              </th>
            </tr>
          </thead>
          <tbody>
            {persons.map((person) => (
              <tr key={person.key}>
                <td className="font-mono text-12 whitespace-nowrap">
                  <Link href={routes.person(person.key)} prefetch={false} className="quiet-link">
                    {person.ref}
                  </Link>
                </td>
                <td>{person.why}</td>
                <td className="text-soft max-md:hidden">
                  {person.notificationType === null ? 'none exists' : typeLabel(person.notificationType)}
                </td>
                <td className="text-soft max-md:hidden">{person.localOffice ?? '—'}</td>
                <td className="number">
                  <Time atMs={person.sinceMs} />
                  <span className="ms-3 hidden w-20 text-soft sm:inline-block">
                    <Age atMs={person.sinceMs} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {persons.length === 0 ? null : (
        <p className="mt-2">
          <Link href={routes.people()} prefetch={false}>
            {peopleLeftOut === 0
              ? 'Filter, export or ask for their data again'
              : `All ${formatCount(persons.length + peopleLeftOut)}: filter, export or ask for their data again`}
          </Link>
        </p>
      )}
    </Part>
  )
}
