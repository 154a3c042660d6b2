'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { IncidentContent } from './incident-content.tsx'

interface IncidentViewProps {
  readonly initial: IncidentPage
  /** What the address asks for: with a moment, the figures as they were told then. */
  readonly asked: { readonly name: string; readonly from?: number; readonly to?: number }
  readonly role: Role
}

export function IncidentView({ initial, asked, role }: IncidentViewProps) {
  const { data, loss } = useView('incident', asked, initial)
  return (
    <PageFrame base={data} loss={loss} place={data.name} above={<WayBack data={data} />}>
      <IncidentContent data={data} role={role} />
    </PageFrame>
  )
}

function WayBack({ data }: { readonly data: IncidentPage }) {
  return (
    <p className="mb-3 flex flex-wrap gap-x-2 text-soft">
      <Link href={routes.incidents()} prefetch={false}>
        Incidents
      </Link>
      <span aria-hidden="true">/</span>
      {data.isMoment ? (
        <>
          <Link href={routes.incident(data.name)} prefetch={false}>
            {data.name}
          </Link>
          <span aria-hidden="true">/</span>
          <span className="text-ink">as it was told</span>
        </>
      ) : (
        <span className="text-ink">{data.name}</span>
      )}
    </p>
  )
}
