import Link from 'next/link'
import { evidenceWords } from '#components/ui/evidence-words.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Since, Time } from '#components/ui/time.tsx'
import type { IncidentFindingRow, IncidentPage } from '#lib/views/incident/contract.ts'

/** The signs by which the one fault shows itself; those that are over stay, and say so. */
export function IncidentFindings({ findings }: Pick<IncidentPage, 'findings'>) {
  return (
    <Part title="What it shows itself by">
      <ul className="border-t border-strong">
        {findings.map((finding) => (
          <Sign key={finding.id} finding={finding} />
        ))}
      </ul>
    </Part>
  )
}

function Sign({ finding }: { readonly finding: IncidentFindingRow }) {
  const notes = evidenceWords(finding.evidence).slice(0, 5)
  return (
    <li className="grid grid-cols-[1rem_minmax(0,1fr)] gap-x-3 border-b border-rule py-2">
      <span className="flex h-6 items-center">
        <StateMark truth={finding.closedMs === null ? finding.truth : 'ok'} />
      </span>
      <div className="min-w-0">
        <p className="flex flex-wrap items-baseline justify-between gap-x-6">
          <span className="text-16 font-medium break-words">
            {finding.href === null ? (
              finding.title
            ) : (
              <Link href={finding.href} prefetch={false} className="quiet-link">
                {finding.title}
              </Link>
            )}
          </span>
          <span className="text-soft">
            {finding.closedMs === null ? (
              <Since atMs={finding.sinceMs} />
            ) : (
              <>
                <Time atMs={finding.sinceMs} /> to <Time atMs={finding.closedMs} />, over
              </>
            )}
          </span>
        </p>
        {notes.length === 0 ? null : <p className="text-12 break-words text-soft">{notes.join(' · ')}</p>}
      </div>
    </li>
  )
}
