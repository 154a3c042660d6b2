import Link from 'next/link'
import { useRef } from 'react'
import { QueueCells } from '#components/queues/queue-cells.tsx'
import { QueueHead } from '#components/queues/queue-head.tsx'
import { useFollowedLinks } from '#components/queues/use-followed-links.ts'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { StateMark } from '#components/ui/state-mark.tsx'
import { Since } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { Overview } from '#lib/views/overview/contract.ts'

type QueuesToLookAtProps = Pick<Overview, 'queues' | 'queueCount' | 'otherQueues' | 'unseenQueues'>

/** Queues outside the flow that need a look; the rest is one line that says so. */
export function QueuesToLookAt({ queues, queueCount, otherQueues, unseenQueues }: QueuesToLookAtProps) {
  return (
    <Part
      title="Other queues that need a look"
      aside={
        <Link href={routes.queues()} prefetch={false}>
          {queueCount === 0 ? 'All queues' : `All ${formatCounted(queueCount, 'queue')}`}
        </Link>
      }
    >
      {unseenQueues === null ? null : (
        <p className="flex items-center gap-3 border-t border-strong py-2.5 text-soft">
          <StateMark truth="unknown" />
          <span>
            {formatCounted(unseenQueues.count, 'queue')} not seen <Since atMs={unseenQueues.sinceMs} />
          </span>
        </p>
      )}
      {queues.length > 0 ? (
        <QueueRows queues={queues} />
      ) : unseenQueues === null ? (
        <p className="flex items-center gap-3 border-y border-t-strong border-b-rule py-2.5 text-soft">
          <StateMark truth={queueCount === 0 ? 'unknown' : 'ok'} />
          {queueCount === 0
            ? 'No queue is known yet.'
            : 'None. Every queue outside the road above is quiet or flowing.'}
        </p>
      ) : null}
      {otherQueues === 0 || queues.length === 0 ? null : (
        <p className="mt-2 text-12 text-soft">{formatCount(otherQueues)} more are not shown here.</p>
      )}
    </Part>
  )
}

function QueueRows({ queues }: Pick<Overview, 'queues'>) {
  const bodyRef = useRef<HTMLTableSectionElement>(null)
  useFollowedLinks(bodyRef)
  return (
    <table className="table queue-table">
      <QueueHead />
      <tbody ref={bodyRef}>
        {queues.map((row) => (
          <tr key={row.name}>
            <QueueCells row={row} spark={row.spark} isUnder={false} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}
