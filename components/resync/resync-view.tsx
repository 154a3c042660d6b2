'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { ResyncPage } from '#lib/views/resync/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { ResyncActions } from './resync-actions.tsx'
import { ResyncFigures } from './resync-figures.tsx'
import { ResyncPeople } from './resync-people.tsx'
import { ResyncSample } from './resync-sample.tsx'

interface ResyncViewProps {
  readonly initial: ResyncPage
  readonly role: Role
}

/** A re-sync under its sentence: how far it is and what can be done, what is sent, and its people. */
export function ResyncView({ initial, role }: ResyncViewProps) {
  const { data, loss } = useView('resync', { name: initial.name, page: initial.page }, initial)
  return (
    <PageFrame base={data} loss={loss} place={data.name} above={<WayBack data={data} />}>
      <div>
        <ResyncFigures data={data} />
        <ResyncActions data={data} role={role} />
      </div>
      {data.sample === null ? null : <ResyncSample data={data} sample={data.sample} />}
      <ResyncPeople data={data} />
    </PageFrame>
  )
}

function WayBack({ data }: { readonly data: ResyncPage }) {
  const { incident, name } = data
  return (
    <p className="mb-3 flex flex-wrap gap-x-2 text-soft">
      <Link href={incident === null ? routes.people() : incident.href} prefetch={false}>
        {incident === null ? 'People' : incident.name}
      </Link>
      <span aria-hidden="true">/</span>
      <span className="text-ink">{name}</span>
    </p>
  )
}
