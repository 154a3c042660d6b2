import { BlindSources } from '#components/ui/blind-sources.tsx'
import type { Role } from '#lib/domain/role.ts'
import { isOutOfSight } from '#lib/domain/source-sight-state.ts'
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

/** An incident under its sentence, in the order in which a person on call asks: how it stands, why, what can be done; then figures, people and the story. */
export function IncidentContent({ data, role }: IncidentContentProps) {
  return (
    <>
      <div>
        <IncidentFacts data={data} />
        <IncidentActions data={data} role={role} />
        <div className="mt-8 empty:hidden">
          <BlindSources blind={data.blind.filter((source) => isOutOfSight(source.state))} />
        </div>
      </div>
      <div className="grid gap-x-16 gap-y-12 empty:hidden lg:grid-cols-2">
        <CausePart data={data} role={role} />
        <HealingPart data={data} role={role} />
      </div>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <ToldAndNow data={data} />
        <AffectedPeople people={data.people} />
      </div>
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <IncidentStory data={data} />
        <IncidentFindings findings={data.findings} />
      </div>
    </>
  )
}
