'use client'
import Link from 'next/link'
import { PageFrame } from '#components/shell/page-frame.tsx'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { PastRedrive, Redrives } from '#lib/views/redrives/contract.ts'
import { useView } from '#lib/views/use-view.ts'

interface RedrivesViewProps {
  readonly initial: Redrives
  readonly params: { readonly queue?: string; readonly before?: number }
}

/** Every redrive there ever was: who, why, what and with which result. */
export function RedrivesView({ initial, params }: RedrivesViewProps) {
  const { data, loss } = useView('redrives', params, initial)
  const { queue, redrives, olderBefore } = data
  return (
    <PageFrame base={data} loss={loss} place="Redrives">
      <Part
        title={queue === null ? 'All redrives' : `Redrives of ${queue}`}
        aside={queue === null ? undefined : <Link href={routes.redrives()}>of all queues</Link>}
      >
        {redrives.length === 0 ? (
          <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">
            None here. One is planned from an incident, or from the page of a queue that holds dead letters.
          </p>
        ) : (
          <PastRedrives redrives={redrives} />
        )}
        {olderBefore === null ? null : (
          <p className="mt-3">
            <Link href={routes.redrives({ ...(queue === null ? {} : { queue }), before: olderBefore })}>
              Older ones
            </Link>
          </p>
        )}
      </Part>
    </PageFrame>
  )
}

function PastRedrives({ redrives }: Pick<Redrives, 'redrives'>) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Redrive and what became of it</th>
          <th scope="col" className="max-md:hidden">
            Why
          </th>
          <th scope="col" className="max-sm:hidden">
            Who
          </th>
          <th scope="col" className="number">
            Planned
          </th>
        </tr>
      </thead>
      <tbody>
        {redrives.map((row) => (
          <tr key={row.name}>
            <td className="py-1.5">
              <span className="inline-flex items-center gap-2">
                <StateMark truth={row.truth} />
                <Link href={row.href} prefetch={false}>
                  {row.name}
                </Link>
              </span>{' '}
              <span className="[overflow-wrap:anywhere]">{row.sentence}</span>
            </td>
            <td className="pe-4 [overflow-wrap:anywhere] max-md:hidden">{row.purpose ?? '—'}</td>
            <td className="max-sm:hidden">{whoWords(row)}</td>
            <td className="number">
              <Time atMs={row.plannedMs} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function whoWords({ plannedBy, approvedBy, startedBy }: PastRedrive): string {
  const started = startedBy === null || startedBy === plannedBy ? null : `started by ${startedBy}`
  const approved = approvedBy === null ? null : `approved by ${approvedBy}`
  return [plannedBy, approved, started].filter((words) => words !== null).join(', ')
}
