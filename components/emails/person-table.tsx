'use client'
import { useState } from 'react'
import { formatCount } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Age, Time } from '#components/ui/time.tsx'
import type { Emails } from '#lib/views/emails/contract.ts'

type PersonTableProps = Pick<Emails, 'persons' | 'peopleLeftOut'>

const FIRST_ROWS = 12

/** Who is without, longest first; the first dozen until more are asked for. */
export function PersonTable({ persons, peopleLeftOut }: PersonTableProps) {
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? persons : persons.slice(0, FIRST_ROWS)
  return (
    <Part title="Who is without">
      {persons.length === 0 ? (
        <p className="flex items-center gap-3 border-y border-t-strong border-b-rule py-2.5 text-soft">
          <StateMark truth="ok" />
          Nobody that Spillway knows by name.
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
            {shown.map((person) => (
              <tr key={`${person.ref} ${person.notificationType} ${person.sinceMs}`}>
                <td className="font-mono text-12 whitespace-nowrap">{person.ref}</td>
                <td>{person.why}</td>
                <td className="text-soft max-md:hidden">{typeWords(person.notificationType)}</td>
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
      {persons.length > FIRST_ROWS ? (
        <button
          type="button"
          className="mt-2 me-4 min-h-6 text-link underline decoration-strong underline-offset-3 hover:decoration-current"
          onClick={() => setIsWhole(!isWhole)}
        >
          {isWhole ? `Show the first ${FIRST_ROWS}` : `Show all ${formatCount(persons.length)}`}
        </button>
      ) : null}
      {peopleLeftOut === 0 || (!isWhole && persons.length > FIRST_ROWS) ? null : (
        <p className="mt-2 text-12 text-soft">{formatCount(peopleLeftOut)} more are not shown here.</p>
      )}
    </Part>
  )
}

/** `PROGRAMME_DAY_ONE` as people write it; what has no type was never asked for. */
function typeWords(type: string | null): string {
  return type === null ? 'none exists' : type.toLowerCase().replaceAll('_', ' ')
}
