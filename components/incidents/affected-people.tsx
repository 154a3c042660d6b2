'use client'
import { useState } from 'react'
import Link from 'next/link'
import { excusedClause } from '#lib/domain/excused-words.ts'
import { filterQuery } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { AffectedRow, IncidentPeople } from '#lib/views/incident/contract.ts'
import { healedShare } from './incident-state-words.ts'

interface AffectedPeopleProps {
  readonly people: IncidentPeople
}

/** Shown before somebody asks for all. */
const FIRST_ROWS = 12
const STATE_HEAD = { paddingInlineStart: '1rem' }

/** Who was or is without their e-mail because of it; those who remain first. */
export function AffectedPeople({ people }: AffectedPeopleProps) {
  const [isAll, setIsAll] = useState(false)
  const rows = isAll ? people.rows : people.rows.slice(0, FIRST_ROWS)
  const { left } = people
  return (
    <Part title="People" aside={people.affected === 0 ? undefined : formatCounted(people.affected, 'person', 'people')}>
      <Healed people={people} />
      {people.rows.length === 0 ? null : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col" className="number">
                Without since
              </th>
              <th scope="col" style={STATE_HEAD}>
                State
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.ref} ${row.sinceMs}`}>
                <td className="font-mono text-12 whitespace-nowrap">{row.ref}</td>
                <td className="number">
                  <Time atMs={row.sinceMs} />
                </td>
                <td className="ps-4">
                  <PersonState row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {people.rows.length <= FIRST_ROWS ? null : (
        <button type="button" className="button mt-3" aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
          {isAll ? 'Show fewer' : `Show all ${formatCount(people.rows.length)}`}
        </button>
      )}
      {left <= 0 ? null : (
        <p className="mt-2 text-12 text-soft">
          {formatCount(left)} more are not shown here.{' '}
          <Link href={routes.people(filterQuery({ state: 'without' }))} prefetch={false}>
            Everybody who is without
          </Link>
        </p>
      )}
    </Part>
  )
}

function Healed({ people }: AffectedPeopleProps) {
  const { affected, remaining, pending, excused } = people
  if (affected === 0)
    return (
      <p className="flex items-center gap-3 border-y border-t-strong border-b-rule py-2.5 text-soft">
        <StateMark truth="ok" />
        Nobody is known to be without their e-mail because of it.
      </p>
    )
  const healed = affected - remaining - pending - excused
  const isDone = remaining + pending === 0
  return (
    <p className="flex items-center gap-4 border-t border-strong py-3">
      <StateMark truth={isDone ? 'ok' : healed === 0 ? 'bad' : 'healing'} size={40} progress={healedShare(people)} />
      <span>
        <span className="block text-20 font-medium">
          {formatCount(healed)} of {formatCounted(affected, 'person has', 'people have')} their e-mail
        </span>
        <span className="text-soft">
          {remaining === 0
            ? isDone
              ? 'nobody waits'
              : 'nobody remains without'
            : `${formatCounted(remaining, 'person remains', 'people remain')} without`}
          {pending === 0 ? '' : `; of ${formatCounted(pending, 'person', 'people')} none is known to have gone out yet`}
          {excused === 0 ? '' : `; ${excusedClause(people)}`}
        </span>
      </span>
    </p>
  )
}

function PersonState({ row }: { readonly row: AffectedRow }) {
  if (row.healedMs !== null)
    return (
      <span className="inline-flex items-center gap-2">
        <StateMark truth="ok" />
        <span>
          e-mail at <Time atMs={row.healedMs} />
        </span>
      </span>
    )
  return (
    <span className={`inline-flex items-center gap-2 ${row.note === null ? 'text-bad' : 'text-muted'}`}>
      <StateMark truth={row.note === null ? 'bad' : 'muted'} />
      {row.note ?? 'without'}
    </span>
  )
}
