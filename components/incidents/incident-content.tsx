import { BlindSources } from '#components/ui/blind-sources.tsx'
import type { Role } from '#lib/domain/role.ts'
import type { IncidentPage } from '#lib/views/incident/contract.ts'
import { AffectedPeople } from './affected-people.tsx'
import { CausePart } from './cause-part.tsx'
import { HealingPart } from './healing-part.tsx'
import { IncidentActions } from './incident-actions.tsx'
import { IncidentFacts } from './incident-facts.tsx'
import { IncidentFindings } from './incident-findings.tsx'
import { IncidentStory } from './incident-story.tsx'
import { ToldAndNow } from './told-and-now.tsx'

interface IncidentContentProps {
  readonly data: IncidentPage
  readonly role: Role
}

/** An incident under its sentence: how it stands and what one can do, the figures then and now, why, who, and the story. */
export function IncidentContent({ data, role }: IncidentContentProps) {
  return (
    <>
      <div>
        <IncidentFacts data={data} />
        <IncidentActions data={data} role={role} />
        <BlindSources blind={data.blind.filter((source) => source.state === 'failing')} />
      </div>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <ToldAndNow data={data} />
        <div className="space-y-12">
          <IncidentFindings findings={data.findings} />
          <CausePart data={data} role={role} />
        </div>
      </div>
      <HealingPart data={data} role={role} />
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
        <AffectedPeople people={data.people} />
        <IncidentStory data={data} />
      </div>
    </>
  )
}
