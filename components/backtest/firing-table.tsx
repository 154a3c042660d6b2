import Link from 'next/link'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import { counted } from '#lib/domain/count-words.ts'
import { routes } from '#lib/domain/routes.ts'
import type { BacktestRun } from '#lib/views/backtest/contract.ts'

const MOST_ROWS = 50

/** When the rule would have been said, the newest first, and the incidents that it would have missed. */
export function FiringTable({ title, run }: { readonly title: string; readonly run: BacktestRun }) {
  const { firings, missed } = run
  const leftOut = firings.length - MOST_ROWS
  return (
    <Part title={title} aside={leftOut > 0 ? `${counted(leftOut, 'older one')} not shown` : undefined}>
      {firings.length === 0 ? (
        <p className="border-y border-t-strong border-b-rule py-2.5 text-soft">It would not have been said.</p>
      ) : (
        <ul className="border-t border-strong">
          {firings.slice(0, MOST_ROWS).map((firing) => (
            <li
              key={`${firing.openedMs} ${firing.title}`}
              className="grid gap-x-6 border-b border-rule py-2 md:grid-cols-[12rem_minmax(0,1fr)_10rem]"
            >
              <span className="text-soft">
                <Time atMs={firing.openedMs} />
                {firing.toMs === null ? ', still' : null}
              </span>
              <span className="min-w-0 [overflow-wrap:anywhere]">{firing.title}</span>
              <span className="md:text-right">
                {firing.incident === null ? (
                  <span className="text-soft">nothing recorded</span>
                ) : (
                  <Link href={routes.incident(firing.incident)} prefetch={false}>
                    {firing.incident}
                  </Link>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {missed.length === 0 ? null : (
        <ul className="mt-4 border-t border-strong" aria-label="Missed incidents">
          {missed.map((incident) => (
            <li
              key={incident.name}
              className="grid gap-x-6 border-b border-rule py-2 md:grid-cols-[12rem_minmax(0,1fr)_10rem]"
            >
              <span className="text-soft">
                missed, <Time atMs={incident.sinceMs} />
              </span>
              <span className="min-w-0 [overflow-wrap:anywhere]">{incident.title}</span>
              <span className="md:text-right">
                <Link href={routes.incident(incident.name)} prefetch={false}>
                  {incident.name}
                </Link>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Part>
  )
}
