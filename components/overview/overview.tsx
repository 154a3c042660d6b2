import { ChartFrame } from '#components/charts/chart-frame.tsx'
import { Part } from '#components/ui/part.tsx'
import type { Overview as OverviewData, ServiceStage } from '#lib/views/overview/contract.ts'
import { FlowSpine } from './flow-spine.tsx'
import { NeedsAHand } from './needs-a-hand.tsx'
import { QueuesToLookAt } from './queues-to-look-at.tsx'
import { SourcesLine } from './sources-line.tsx'

interface OverviewProps {
  readonly data: OverviewData
}

/** The overview under its sentence: what needs a hand, the road of a message, the evidence, the sources. */
export function Overview({ data }: OverviewProps) {
  return (
    <>
      <NeedsAHand
        incidents={data.incidents}
        findings={data.findings}
        blind={data.blind}
        services={failingServices(data)}
      />
      <FlowSpine flow={data.flow} />
      <Part title="E-mails of the last 24 hours">
        <div className="border-t border-strong pt-2">
          <ChartFrame title="By hour" data={data.emailChart} height={128} />
        </div>
      </Part>
      <QueuesToLookAt {...data} />
      <SourcesLine sources={data.sources} />
    </>
  )
}

/** Each service once, although it may stand in the flow at several places, and not those of which a finding or an open incident speaks. */
function failingServices({ flow, findings, toldServices }: OverviewData): ServiceStage[] {
  const told = new Set(
    findings.filter(({ detector }) => detector === 'service-errors').map(({ evidence }) => evidence['service']),
  )
  const services = flow
    .filter((stage) => stage.kind === 'service')
    .filter(({ truth, name }) => truth === 'bad' && !told.has(name) && !toldServices.includes(name))
  return [...new Map(services.map((service) => [service.name, service])).values()]
}
