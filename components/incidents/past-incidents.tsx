import Link from 'next/link'
import { formatCount } from '#components/ui/format-count.ts'
import { formatDuration } from '#components/ui/format-duration.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import { doerWords } from './incident-state-words.ts'

interface PastIncidentsProps {
  readonly incidents: readonly IncidentRow[]
}

/** Incidents that are over, the newest first. */
export function PastIncidents({ incidents }: PastIncidentsProps) {
  return (
    <Part title="Over">
      {incidents.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">None yet.</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Incident</th>
              <th scope="col" className="number">
                Began
              </th>
              <th scope="col" className="number max-sm:hidden">
                Lasted
              </th>
              <th scope="col" className="number max-sm:hidden">
                People
              </th>
              <th scope="col" className="ps-6 max-md:hidden">
                Resolved
              </th>
            </tr>
          </thead>
          <tbody>
            {incidents.map((incident) => (
              <PastRow key={incident.number} incident={incident} />
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}

function PastRow({ incident }: { readonly incident: IncidentRow }) {
  const { resolvedMs, resolvedBy } = incident
  return (
    <tr>
      <td className="py-1.5">
        <span className="inline-flex items-center gap-2">
          <StateMark truth={incident.truth} />
          <Link href={incident.href} prefetch={false}>
            {incident.name}
          </Link>
        </span>{' '}
        {incident.title}
      </td>
      <td className="number">
        <Time atMs={incident.sinceMs} />
      </td>
      <td className="number max-sm:hidden">
        {resolvedMs === null ? '—' : formatDuration(resolvedMs - incident.sinceMs)}
      </td>
      <td className="number max-sm:hidden">{formatCount(incident.peopleAffected)}</td>
      <td className="ps-6 text-soft max-md:hidden">
        {resolvedBy === 'spillway' ? 'on evidence' : resolvedBy === null ? '—' : `by ${doerWords(resolvedBy)}`}
      </td>
    </tr>
  )
}
