import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatCount, formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import { routes } from '#lib/domain/routes.ts'
import type { NamedQueue } from '#lib/views/redrive-rows.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

/** What was planned, and who did what when. */
export function RedrivePlan({ data }: { readonly data: RedrivePage }) {
  const { mode, source, destination, removeAttributes, mostMessages, startedBy, startedMs, endedBy, endedMs } = data
  return (
    <Part title="The plan">
      <dl className="border-t border-strong">
        <Fact label="From">
          <QueueLink queue={source} />
        </Fact>
        <Fact label="To">{mode === 'in-place' ? 'the same queue, in place' : <QueueLink queue={destination} />}</Fact>
        <Fact label="Attributes removed">
          {removeAttributes.length === 0 ? (
            'none: messages go as they are'
          ) : (
            <span className="font-mono">{removeAttributes.join(', ')}</span>
          )}
        </Fact>
        <Fact label="Messages">
          {mostMessages === null
            ? 'all that were there at the start'
            : `at most ${formatCounted(mostMessages, 'message')}`}
        </Fact>
        <Fact label="Rate">{formatCount(data.perSecond)} a second</Fact>
        <Fact label="Planned">
          <Time atMs={data.plannedMs} /> by {data.plannedBy}
        </Fact>
        {startedMs === null || startedBy === null ? null : (
          <Fact label="Started">
            <Time atMs={startedMs} /> by {startedBy}
          </Fact>
        )}
        {endedMs === null ? null : (
          <Fact label="Ended">
            <Time atMs={endedMs} /> by {endedBy === null || endedBy === 'spillway' ? 'Spillway' : endedBy}
          </Fact>
        )}
      </dl>
    </Part>
  )
}

function QueueLink({ queue }: { readonly queue: NamedQueue }) {
  return (
    <Link href={routes.queue(queue.name)} prefetch={false} className="quiet-link" title={queue.name}>
      {queue.label}
    </Link>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(7rem,2fr)_minmax(0,3fr)] gap-x-4 border-b border-rule py-1.5">
      <dt className="text-soft">{label}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </div>
  )
}
