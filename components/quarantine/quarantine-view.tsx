'use client'
import { NeedsAHand } from '#components/overview/needs-a-hand.tsx'
import { WayBack } from '#components/people/way-back.tsx'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { Quarantine } from '#lib/views/quarantine/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { QuarantineTable } from './quarantine-table.tsx'

interface QuarantineViewProps {
  readonly initial: Quarantine
  readonly role: Role
}

export function QuarantineView({ initial, role }: QuarantineViewProps) {
  const { data, loss } = useView('quarantine', {}, initial)
  return (
    <PageFrame base={data} loss={loss} place="Quarantine" above={<WayBack words="Quarantine" />}>
      {data.blind.length === 0 ? null : <NeedsAHand findings={[]} blind={data.blind} isHere />}
      <QuarantineTable rows={data.rows} total={data.total} keptDays={data.keptDays} role={role} />
    </PageFrame>
  )
}
