import Link from 'next/link'
import type { ReactNode } from 'react'
import { formatCounted } from '#components/ui/format-count.ts'
import { Part } from '#components/ui/part.tsx'
import { Time } from '#components/ui/time.tsx'
import { rateWords } from '#lib/domain/redrive-pace.ts'
import { criteriaWords } from '#lib/domain/redrive-selection.ts'
import { stepWords } from '#lib/domain/redrive-transform.ts'
import { routes } from '#lib/domain/routes.ts'
import type { NamedQueue } from '#lib/views/redrive-rows.ts'
import type { RedrivePage } from '#lib/views/redrive/contract.ts'

/** What was planned, and who did what when. */
export function RedrivePlan({ data }: { readonly data: RedrivePage }) {
  const { mode, source, destination, mostMessages, startedBy, startedMs, endedBy, endedMs } = data
  return (
    <Part title="The plan">
      <dl className="border-t border-strong">
        <Fact label="From">
          <QueueLink queue={source} />
        </Fact>
        <Fact label="To">{mode === 'in-place' ? 'the same queue, in place' : <QueueLink queue={destination} />}</Fact>
        {data.purpose === null ? null : <Fact label="Why">{data.purpose}</Fact>}
        <Fact label="Messages">
          <Selected selection={data.selection} />
          {mostMessages === null ? null : `, at most ${formatCounted(mostMessages, 'message')}`}
        </Fact>
        <Fact label="Frozen">{data.frozen}</Fact>
        <Fact label="Changes">
          <Changes transform={data.transform} />
        </Fact>
        <Fact label="First">
          {data.way === 'move-task'
            ? 'none: SQS moves all of them by its own task, and does not tell which'
            : `${formatCounted(data.canaryMessages, 'message')}; the others when it is known what became of ${data.canaryMessages === 1 ? 'it' : 'them'}`}
        </Fact>
        <Fact label="Rate">
          {data.rampFrom === null
            ? rateWords(data.perSecond)
            : `begins with ${rateWords(data.rampFrom)} and doubles on evidence, up to ${rateWords(data.perSecond)}`}
        </Fact>
        {data.takesWords === null ? null : <Fact label="Takes">{data.takesWords}</Fact>}
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

/** Which messages, with the window in the reader’s zone. */
function Selected({ selection }: Pick<RedrivePage, 'selection'>) {
  const { sentFromMs, sentBeforeMs, listed } = selection
  const criteria = criteriaWords({ ...selection, messageIds: null })
  return (
    <>
      {listed === null
        ? criteria.length === 0
          ? 'all that were there at the start'
          : 'all that were there at the start and match'
        : `${formatCounted(listed, 'message')} of a list`}
      {criteria.length === 0 ? null : `: ${criteria.join(', ')}`}
      {sentFromMs === null ? null : (
        <>
          , sent at <Time atMs={sentFromMs} /> or later
        </>
      )}
      {sentBeforeMs === null ? null : (
        <>
          , sent before <Time atMs={sentBeforeMs} />
        </>
      )}
    </>
  )
}

function Changes({ transform }: Pick<RedrivePage, 'transform'>) {
  if (transform.length === 0) return 'none: messages go byte for byte as they are'
  return (
    <ol>
      {transform.map((step) => (
        <li key={JSON.stringify(step)}>{stepWords(step)}</li>
      ))}
    </ol>
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
