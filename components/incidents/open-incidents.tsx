import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import { IncidentItem } from './incident-item.tsx'

interface OpenIncidentsProps {
  readonly incidents: readonly IncidentRow[]
}

/** Incidents that are not over, the longest first. */
export function OpenIncidents({ incidents }: OpenIncidentsProps) {
  return (
    <Part title="Open">
      <ul className="border-t border-strong">
        {incidents.map((incident) => (
          <IncidentItem key={incident.number} incident={incident} />
        ))}
        {incidents.length === 0 ? (
          <li className="flex items-center gap-3 border-b border-rule py-2.5 text-soft">
            <StateMark truth="ok" />
            None. What a detector finds opens an incident by itself; signs of one cause are one incident.
          </li>
        ) : null}
      </ul>
    </Part>
  )
}
