import Link from 'next/link'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Time } from '#components/ui/time.tsx'
import type { RedriveRow } from '#lib/views/redrive-rows.ts'

interface RedriveLineProps {
  readonly row: RedriveRow
}

/** A redrive in a list: a ring that fills while it works, what it does in one sentence, and the way to it. */
export function RedriveLine({ row }: RedriveLineProps) {
  return (
    <div className="grid grid-cols-[1.5rem_minmax(0,1fr)_auto] items-start gap-x-3 border-b border-rule py-2.5">
      <StateMark truth={row.truth} size={24} {...(row.movedShare === null ? {} : { progress: row.movedShare })} />
      <div className="min-w-0">
        <p className="text-16 font-medium [overflow-wrap:anywhere]">{row.words}</p>
        <p className="text-12 text-soft">
          planned at <Time atMs={row.plannedMs} />
        </p>
      </div>
      <Link href={row.href} prefetch={false} className="inline-block min-h-6">
        Open {row.name}
      </Link>
    </div>
  )
}
