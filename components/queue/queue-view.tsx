'use client'
import Link from 'next/link'
import type { TimeSpan } from '#components/charts/span-brush.ts'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { QueuePage } from '#lib/views/queue/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { QueueContent } from './queue-content.tsx'
import type { ViewRange } from './view-range.ts'

interface QueueViewProps {
  readonly initial: QueuePage
  readonly name: string
  readonly range: ViewRange
  readonly span: TimeSpan | null
  readonly role: Role
}

export function QueueView({ initial, name, range, span, role }: QueueViewProps) {
  const { data, loss } = useView('queue', { name, range }, initial)
  return (
    <PageFrame base={data} loss={loss} place={data.row.label} above={<WayBack name={name} />}>
      <QueueContent data={data} range={range} span={span} role={role} />
    </PageFrame>
  )
}

export function WayBack({ name }: { readonly name: string }) {
  return (
    <p className="mb-3 flex flex-wrap gap-x-2 text-soft">
      <Link href={routes.queues()} prefetch={false}>
        Queues
      </Link>
      <span aria-hidden="true">/</span>
      <span className="font-mono text-ink [overflow-wrap:anywhere]">{name}</span>
    </p>
  )
}
