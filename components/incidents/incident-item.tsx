import Link from 'next/link'
import { formatCounted } from '#components/ui/format-count.ts'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import type { IncidentRow } from '#lib/views/incidents/contract.ts'
import { stateWords } from './incident-state-words.ts'

interface IncidentItemProps {
  readonly incident: IncidentRow
}

/** An open incident in a list: its name and sentence, whom it affects, who takes care of it, and the way to it. */
export function IncidentItem({ incident }: IncidentItemProps) {
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 gap-y-1 border-b border-rule py-2.5 md:grid-cols-[1rem_minmax(0,1fr)_auto_10rem] md:gap-x-6">
      <span className="flex h-6 items-center">
        <StateMark truth={incident.truth} />
      </span>
      <div className="min-w-0">
        <p className="text-16 font-medium break-words">
          {incident.name} <span aria-hidden="true">·</span> {incident.title}
        </p>
        <p className="mt-0.5 text-12 break-words text-soft">{notesOf(incident).join(' · ')}</p>
      </div>
      <p className="col-start-2 text-soft md:col-start-auto md:leading-6">
        <Since atMs={incident.sinceMs} />
      </p>
      <p className="col-start-2 md:col-start-auto md:text-end md:leading-6">
        <Link href={incident.href} prefetch={false} className="inline-block min-h-6">
          Open {incident.name}
        </Link>
      </p>
    </li>
  )
}

function notesOf({ acknowledgedBy, peopleAffected, waitingFor, ...incident }: IncidentRow): string[] {
  return [
    stateWords(incident),
    acknowledgedBy === null ? 'nobody has acknowledged it' : `acknowledged by ${acknowledgedBy}`,
    ...(peopleAffected === 0 ? [] : [`${formatCounted(peopleAffected, 'person', 'people')} affected`]),
    ...(incident.truth === 'healing' && waitingFor !== null ? [`waits for evidence: ${waitingFor}`] : []),
  ].filter((note, at, notes) => notes.indexOf(note) === at && note !== 'acknowledged')
}
