'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { RedriveContent } from './redrive-content.tsx'

interface RedriveViewProps {
  readonly initial: RedrivePage
  readonly name: string
  readonly role: Role
  /** Name of the one who looks. */
  readonly reader: string
}

export function RedriveView({ initial, name, role, reader }: RedriveViewProps) {
  const { data, loss } = useView('redrive', { name }, initial)
  return (
    <PageFrame base={data} loss={loss} place={data.name} above={<WayBack data={data} />}>
      <RedriveContent data={data} role={role} reader={reader} />
    </PageFrame>
  )
}

/** To the incident that it heals, or to the queue that it empties. */
function WayBack({ data }: { readonly data: RedrivePage }) {
  const { incident, source, name } = data
  return (
    <p className="mb-3 flex flex-wrap gap-x-2 text-soft">
      {incident === null ? (
        <Link href={routes.queue(source.name)} prefetch={false}>
          {source.label}
        </Link>
      ) : (
        <Link href={incident.href} prefetch={false} title={incident.title}>
          {incident.name}
        </Link>
      )}
      <span aria-hidden="true">/</span>
      <Link href={routes.redrives({ queue: source.name })} prefetch={false}>
        Redrives
      </Link>
      <span aria-hidden="true">/</span>
      <span className="text-ink">{name}</span>
    </p>
  )
}
