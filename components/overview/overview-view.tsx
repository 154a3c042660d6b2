'use client'
import { PageFrame } from '#components/shell/page-frame.tsx'
import type { Overview as OverviewData } from '#lib/views/overview/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { Overview } from './overview.tsx'

interface OverviewViewProps {
  readonly initial: OverviewData
}

export function OverviewView({ initial }: OverviewViewProps) {
  const { data, loss } = useView('overview', {}, initial)
  return (
    <PageFrame base={data} loss={loss} place="Overview">
      <Overview data={data} />
    </PageFrame>
  )
}
