'use client'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { BlindSources } from '#components/ui/blind-sources.tsx'
import type { Incidents } from '#lib/views/incidents/contract.ts'
import { useView } from '#lib/views/use-view.ts'
import { OpenIncidents } from './open-incidents.tsx'
import { PastIncidents } from './past-incidents.tsx'

interface IncidentsViewProps {
  readonly initial: Incidents
}

export function IncidentsView({ initial }: IncidentsViewProps) {
  const { data, loss } = useView('incidents', {}, initial)
  return (
    <PageFrame base={data} loss={loss} place="Incidents">
      <OpenIncidents incidents={data.open} />
      <BlindSources blind={data.blind} />
      <PastIncidents incidents={data.resolved} />
    </PageFrame>
  )
}
