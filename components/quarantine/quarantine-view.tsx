'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { BlindSources } from '#components/ui/blind-sources.tsx'
import type { Role } from '#lib/domain/role.ts'
import { routes } from '#lib/domain/routes.ts'
import type { Quarantine } from '#lib/views/quarantine/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { QuarantineTable } from './quarantine-table.tsx'

interface QuarantineViewProps {
  readonly initial: Quarantine
  readonly role: Role
}

export function QuarantineView({ initial, role }: QuarantineViewProps) {
  const { data, isStale, staleSinceMs } = useView('quarantine', {}, initial)
  return (
    <PageFrame
      base={data}
      isStale={isStale}
      staleSinceMs={staleSinceMs}
      place="Quarantine"
      above={
        <p className="mb-3">
          <Link href={routes.emails()} prefetch={false} className="inline-block min-h-6">
            E-mails
          </Link>
        </p>
      }
    >
      <BlindSources blind={data.blind} />
      <QuarantineTable rows={data.rows} total={data.total} keptDays={data.keptDays} role={role} />
    </PageFrame>
  )
}
