import Link from 'next/link'
import { Sparkline } from '#components/charts/sparkline.tsx'
import { Figure, LastKnown } from '#components/ui/figure.tsx'
import { formatDuration } from '#components/ui/format-duration.ts'
import { StateMark, TRUTH_TEXT } from '#components/ui/state-mark.tsx'
import { routes } from '#lib/domain/routes.ts'
import { drainOf, parityOf } from '#lib/domain/drain-time.ts'
import type { QueueLine } from '#lib/views/queues/contract.ts'
import { WINDOW_SECONDS } from './queue-columns.ts'

interface QueueCellsProps {
  readonly row: Omit<QueueLine, 'spark'>
  /** Last hour of depth; null = hole. */
  readonly spark: readonly (number | null)[]
  /** True where the row is a dead-letter queue that stands under its source. */
  readonly isUnder: boolean
}

const NO_DEPTH = 'Not known: SQS has not told it'
const NO_SERVICE = 'Not known: neither settings nor tags tell its service'
const NO_FLOW = 'Not known: CloudWatch has not told it'

/** The cells of one queue, in the order of the table's head. */
export function QueueCells({ row, spark, isUnder }: QueueCellsProps) {
  return (
    <>
      <th scope="row" className="queue-name">
        <span className={isUnder ? 'under' : undefined}>
          <Link href={routes.queue(row.name)} prefetch={false} className="quiet-link" title={row.name}>
            {row.label}
          </Link>
          {row.isFifo ? <span className="unit">FIFO</span> : null}
        </span>
      </th>
      <td className={`queue-state ${TRUTH_TEXT[row.truth]}`}>
        <span className="inline-flex items-center gap-2">
          <StateMark truth={row.truth} />
          {row.word}
        </span>
      </td>
      <td className="number">
        <Figure value={row.visible} whyNull={NO_DEPTH} unknownSinceMs={row.depthUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.inFlight} whyNull={NO_DEPTH} unknownSinceMs={row.depthUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.delayed} whyNull={NO_DEPTH} unknownSinceMs={row.depthUnknownSinceMs} />
      </td>
      <td className="number middle">
        {row.oldestAgeSeconds === null ? (
          <Figure value={null} whyNull={NO_FLOW} />
        ) : (
          <LastKnown unknownSinceMs={row.flowUnknownSinceMs}>{formatDuration(row.oldestAgeSeconds * 1000)}</LastKnown>
        )}
      </td>
      <td className="number wide">
        <DrainCell row={row} />
      </td>
      <td className="number wide">
        <Figure value={row.sent} whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.received} whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
      </td>
      <td className="number wide">
        <Figure value={row.deleted} whyNull={NO_FLOW} unknownSinceMs={row.flowUnknownSinceMs} />
      </td>
      <td className="number wide">
        <ParityCell row={row} />
      </td>
      <td className="spark middle">
        <Sparkline values={spark} label="Waiting in the last hour" />
      </td>
      <td className="number middle">
        <DeadLetters row={row} />
      </td>
      <td className="service widest">{row.service ?? <Figure value={null} whyNull={NO_SERVICE} />}</td>
    </>
  )
}

type CellProps = Pick<QueueCellsProps, 'row'>

/** When it is empty at the rate of the last hour. */
function DrainCell({ row }: CellProps) {
  const drain = drainOf(row, WINDOW_SECONDS)
  if (row.deadLetterOf.length > 0 || drain.kind === 'empty') return <span className="text-soft">–</span>
  if (drain.kind === 'unknown') return <Figure value={null} whyNull={NO_FLOW} />
  if (drain.kind === 'stays')
    return (
      <span className="text-soft" title="In the last hour as much came in as was processed, or more">
        not
      </span>
    )
  return (
    <LastKnown unknownSinceMs={row.depthUnknownSinceMs ?? row.flowUnknownSinceMs}>
      {formatDuration(drain.seconds * 1000)}
    </LastKnown>
  )
}

/** Processed of what was sent. */
function ParityCell({ row }: CellProps) {
  const parity = parityOf(row)
  if (parity === null && row.sent === 0) return <span className="text-soft">–</span>
  if (parity === null) return <Figure value={null} whyNull={NO_FLOW} />
  return <Figure value={Math.round(parity * 100)} unit="%" unknownSinceMs={row.flowUnknownSinceMs} />
}

function DeadLetters({ row }: CellProps) {
  if (row.deadLetterOf.length > 0) return <span className="text-12 text-soft">dead-letter queue</span>
  if (row.dlq === null)
    return (
      <span className="text-soft" title="This queue has no dead-letter queue">
        none
      </span>
    )
  return (
    <span className={TRUTH_TEXT[row.dlq.truth]}>
      <Link href={routes.queue(row.dlq.name)} prefetch={false} className="quiet-link" title={row.dlq.name}>
        <Figure value={row.dlq.letters} whyNull={NO_DEPTH} unknownSinceMs={row.dlq.unknownSinceMs} />
      </Link>
    </span>
  )
}
