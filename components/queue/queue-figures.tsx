import type { ReactNode } from 'react'
import { Figure, LastKnown } from '#components/ui/figure.tsx'
import { formatDuration } from '#components/ui/format-duration.ts'
import { StateWord } from '#components/ui/state-mark.tsx'
import { Age, Since } from '#components/ui/time.tsx'
import { drainOf, parityOf } from '#lib/domain/drain-time.ts'
import type { QueueRow } from '#lib/views/shared.ts'
import { DlqLink } from './dlq-link.tsx'

interface QueueFiguresProps {
  readonly row: QueueRow
}

/** Over which traffic is counted. */
const HOUR_SECONDS = 3_600
const NO_DEPTH = 'Not known: SQS has not told it'
const NO_FLOW = 'Not known: CloudWatch has told nothing for this time'

/** What is true of the queue now, and how old the reading is. */
export function QueueFigures({ row }: QueueFiguresProps) {
  const depth = { whyNull: NO_DEPTH, unknownSinceMs: row.depthUnknownSinceMs }
  const flow = { whyNull: NO_FLOW, unknownSinceMs: row.flowUnknownSinceMs }
  return (
    <section aria-label="Now">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4">
        <StateWord truth={row.truth} word={row.word} />
        <span className="text-soft">
          <Since atMs={row.sinceMs} />
        </span>
      </div>
      <dl className="grid grid-cols-2 border-t border-strong sm:grid-cols-4 lg:grid-cols-5">
        <Told label="Waiting">
          <Figure value={row.visible} {...depth} />
        </Told>
        <Told label="In flight">
          <Figure value={row.inFlight} {...depth} />
        </Told>
        <Told label="Delayed">
          <Figure value={row.delayed} {...depth} />
        </Told>
        <Told label="Oldest">
          {row.oldestAgeSeconds === null ? (
            <Figure value={null} whyNull={NO_FLOW} />
          ) : (
            <LastKnown unknownSinceMs={row.flowUnknownSinceMs}>{formatDuration(row.oldestAgeSeconds * 1000)}</LastKnown>
          )}
        </Told>
        <Told label="Sent, last hour">
          <Figure value={row.sent} {...flow} />
        </Told>
        <Told label="Received, last hour">
          <Figure value={row.received} {...flow} />
        </Told>
        <Told label="Processed, last hour">
          <Figure value={row.deleted} {...flow} />
        </Told>
        <Told label="Processed of sent">
          <Parity row={row} />
        </Told>
        <Told label="Empty in">
          <Drain row={row} />
        </Told>
        <Told label="Dead letters">
          <DlqLink row={row} />
        </Told>
      </dl>
      <p className="mt-2 text-12 text-soft">
        {row.depthAsOfMs === null ? (
          'Depth was never read.'
        ) : (
          <>
            Depth read <Age atMs={row.depthAsOfMs} /> ago.
          </>
        )}{' '}
        {isOldestPassedOver(row)
          ? 'Messages go round: the oldest may be far older, since CloudWatch leaves out those received more than three times. '
          : ''}
        {row.flowAsOfMs === null ? (
          'CloudWatch has told no flow yet.'
        ) : (
          <>
            Newest flow figures begin <Age atMs={row.flowAsOfMs} /> ago.
          </>
        )}
      </p>
    </section>
  )
}

function Parity({ row }: QueueFiguresProps) {
  const parity = parityOf(row)
  if (parity === null && row.sent === 0) return <span className="text-16 font-normal text-soft">nothing was sent</span>
  if (parity === null) return <Figure value={null} whyNull={NO_FLOW} />
  return <Figure value={Math.round(parity * 100)} unit="%" unknownSinceMs={row.flowUnknownSinceMs} />
}

/** At the rate of the last hour. */
function Drain({ row }: QueueFiguresProps) {
  if (row.deadLetterOf.length > 0)
    return <span className="text-16 font-normal text-soft">when somebody redrives it</span>
  const drain = drainOf(row, HOUR_SECONDS)
  if (drain.kind === 'unknown') return <Figure value={null} whyNull={NO_FLOW} />
  if (drain.kind === 'empty') return <span className="text-16 font-normal text-soft">it is empty</span>
  if (drain.kind === 'stays')
    return <span className="text-16 font-normal text-soft">never at the last hour’s rate</span>
  return (
    <LastKnown unknownSinceMs={row.depthUnknownSinceMs ?? row.flowUnknownSinceMs}>
      {formatDuration(drain.seconds * 1000)}
    </LastKnown>
  )
}

/** More receives than three for each message that came and was processed: some were received more often than CloudWatch takes into the oldest age. */
function isOldestPassedOver({ oldestAgeSeconds, sent, received, deleted }: QueueRow): boolean {
  return oldestAgeSeconds !== null && received !== null && received > 3 * Math.max(sent ?? 0, deleted ?? 0, 1)
}

function Told({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="border-b border-rule py-3 pe-4">
      <dt className="text-12 text-soft">{label}</dt>
      <dd className="text-28 font-medium">{children}</dd>
    </div>
  )
}
