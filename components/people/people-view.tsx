'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { NeedsAHand } from '#components/overview/needs-a-hand.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { PeopleList } from '#lib/views/people-list/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { PeopleFilters } from './people-filters.tsx'
import { PeoplePart } from './people-part.tsx'
import { FindPerson } from './find-person.tsx'
import { ResyncPlanOffer } from './resync-plan-offer.tsx'

interface PeopleViewProps {
  readonly initial: PeopleList
  readonly role: Role
}

/** People behind a figure: the filter, what can be done for them, and who they are. */
export function PeopleView({ initial, role }: PeopleViewProps) {
  const { data, isStale, staleSinceMs } = useView('people', { ...initial.filter, page: initial.page }, initial)
  return (
    <PageFrame
      base={data}
      isStale={isStale}
      staleSinceMs={staleSinceMs}
      place="People"
      above={<WayBack words="People" />}
    >
      <div className="space-y-6">
        <PeopleFilters data={data} />
        <FindPerson role={role} />
      </div>
      {data.blind.length === 0 ? null : <NeedsAHand findings={[]} blind={data.blind} isHere />}
      <ResyncPlanOffer data={data} role={role} />
      <PeoplePart data={data} role={role} />
    </PageFrame>
  )
}

interface WayBackProps {
  readonly words: string
  /** A person's page lies under the list. */
  readonly isPerson?: boolean
}

/** Up to the e-mails, and from a person to the list. */
export function WayBack({ words, isPerson = false }: WayBackProps) {
  return (
    <p className="mb-3 flex flex-wrap gap-x-2 text-soft">
      <Link href={routes.emails()} prefetch={false}>
        E-mails
      </Link>
      <span aria-hidden="true">/</span>
      {isPerson ? (
        <>
          <Link href={routes.people()} prefetch={false}>
            People
          </Link>
          <span aria-hidden="true">/</span>
        </>
      ) : null}
      <span className="text-ink">{words}</span>
    </p>
  )
}
