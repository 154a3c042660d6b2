'use client'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { NeedsAHand } from '#components/overview/needs-a-hand.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { PeopleList } from '#lib/views/people-list/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { PeopleFilters } from './people-filters.tsx'
import { PeoplePart } from './people-part.tsx'
import { FindPerson } from './find-person.tsx'
import { ResyncPlanOffer } from './resync-plan-offer.tsx'
import { WayBack } from './way-back.tsx'

interface PeopleViewProps {
  readonly initial: PeopleList
  readonly role: Role
}

/** People behind a figure: the filter, what can be done for them, and who they are. */
export function PeopleView({ initial, role }: PeopleViewProps) {
  const { data, loss } = useView('people', { ...initial.filter, page: initial.page }, initial)
  return (
    <PageFrame base={data} loss={loss} place="People" above={<WayBack words="People" />}>
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
