import Link from 'next/link'
import type { ReactNode } from 'react'
import { Figure } from '#components/ui/figure.tsx'
import { Since } from '#components/ui/time.tsx'
import { filterQuery, type PeopleState } from '#lib/domain/people-filter.ts'
import { routes } from '#lib/domain/routes.ts'
import type { PeopleWithout } from '#lib/views/overview/contract.ts'

interface PeopleFiguresProps {
  readonly people: PeopleWithout
}

/** People without their e-mail, and how Spillway knows it of them. */
export function PeopleFigures({ people }: PeopleFiguresProps) {
  const parts = [
    { label: 'their e-mail failed', value: people.byFailure, state: 'failed' },
    { label: 'their e-mail is overdue', value: people.byOverdue, state: 'overdue' },
    { label: 'a profile, and no e-mail', value: people.byNoNotification, state: 'none' },
    ...(people.countable === null ? [] : [{ label: 'counted, not named', value: people.countable, state: null }]),
  ] as const
  return (
    <section aria-label="People without their e-mail">
      <dl
        className={`grid grid-cols-2 border-t border-strong ${parts.length > 3 ? 'sm:grid-cols-4 lg:grid-cols-5' : 'sm:grid-cols-3 lg:grid-cols-4'}`}
      >
        <div className="col-span-full border-b border-rule py-3 pe-4 lg:col-span-1">
          <dt className="text-12 text-soft">People without</dt>
          <dd className={`text-40 font-medium ${(people.named ?? 0) > 0 ? 'text-bad' : ''}`}>
            <Behind state="without" count={people.named}>
              <Figure value={people.named} />
            </Behind>
          </dd>
          <dd className="text-12 text-soft">
            <Since atMs={people.sinceMs} />
          </dd>
        </div>
        {parts.map((part) => (
          <div key={part.label} className="border-b border-rule py-3 pe-4">
            <dt className="text-12 text-soft">{part.label}</dt>
            <dd className="text-28">
              <Behind state={part.state} count={part.value}>
                <Figure value={part.value} whyNull="Not known: the source behind this figure is not connected" />
              </Behind>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

interface BehindProps {
  /** Null where nobody can be named. */
  readonly state: PeopleState | null
  readonly count: number | null
  readonly children: ReactNode
}

/** Opens the people behind a figure; nothing where there are none. */
function Behind({ state, count, children }: BehindProps) {
  if (state === null || count === null || count === 0) return children
  return (
    <Link href={routes.people(filterQuery({ state }))} prefetch={false} className="quiet-link">
      {children}
    </Link>
  )
}
